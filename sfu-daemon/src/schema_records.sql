-- Who of staff did what, and when. Each entry is chained to the one before with the clinic's key, so that none can be changed, taken out or added
-- unseen. A visit appears as the random number of its consultation; nothing says whose it was.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    staff INTEGER,
    event TEXT NOT NULL,
    target TEXT NOT NULL,
    chained BLOB NOT NULL CHECK (length(chained) = 32)
) STRICT;
-- Where the chain begins: at the last entry that was deleted because its time was over; and where it ends. Both are signed as well, so that it cannot
-- be cut short unseen.
CREATE TABLE audit_chain (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    base INTEGER NOT NULL,
    base_chained BLOB NOT NULL CHECK (length(base_chained) = 32),
    base_signed BLOB NOT NULL CHECK (length(base_signed) = 32),
    last INTEGER NOT NULL,
    last_chained BLOB NOT NULL CHECK (length(last_chained) = 32),
    last_signed BLOB NOT NULL CHECK (length(last_signed) = 32)
) STRICT;
-- Each consultation that has taken place: for how long, how many took part, and how good the connection was. Nobody is named.
CREATE TABLE consultations (
    id BLOB PRIMARY KEY CHECK (length(id) = 8),
    area INTEGER NOT NULL,
    began_ms INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    held_seconds INTEGER NOT NULL,
    people INTEGER NOT NULL,
    quality TEXT NOT NULL
) STRICT;
CREATE INDEX consultations_began ON consultations (began_ms);
