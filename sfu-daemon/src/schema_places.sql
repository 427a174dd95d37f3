-- The key that signs tokens of places in line, so that a place is worth something after a restart. No place and nobody who has one is in here.
CREATE TABLE places (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;
