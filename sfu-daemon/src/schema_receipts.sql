-- Deletion receipts of files: the seed of the key that signs them, and the last one, to which the next is chained. A receipt has the hash of a
-- random number, a class of size, times and a signature; it names nobody.
CREATE TABLE receipts (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seed BLOB NOT NULL CHECK (length(seed) = 32),
    last BLOB
) STRICT;
