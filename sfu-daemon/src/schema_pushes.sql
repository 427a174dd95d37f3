-- Browsers of staff that their push service tells that somebody waits: by a keyed hash of the address there, of whom, signed in by which session, when
-- their page was last open, and the address, sealed.
CREATE TABLE pushes (
    id BLOB PRIMARY KEY,
    staff INTEGER NOT NULL REFERENCES staff (id),
    session BLOB NOT NULL,
    seen_ms INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
-- The key by which push services know this server again, sealed.
CREATE TABLE push_key (id INTEGER PRIMARY KEY CHECK (id = 1), sealed BLOB NOT NULL) STRICT;
