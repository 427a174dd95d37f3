-- Passkeys: SHA-256 of the random number that a device has for one, and whose it is; the rest is sealed.
CREATE TABLE passkeys (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    staff INTEGER NOT NULL REFERENCES staff (id),
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX passkeys_staff ON passkeys (staff);
-- A session may begin with a passkey, or at a provider of identities. A table's check is changed by making the table anew.
CREATE TABLE sessions_anew (
    hash BLOB PRIMARY KEY,
    staff INTEGER NOT NULL REFERENCES staff (id),
    began_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,
    means TEXT NOT NULL CHECK (means IN ('link', 'password', 'passkey', 'provider')),
    browser BLOB NOT NULL
) STRICT;
INSERT INTO sessions_anew SELECT hash, staff, began_ms, seen_ms, means, browser FROM sessions;
DROP TABLE sessions;
ALTER TABLE sessions_anew RENAME TO sessions;
CREATE INDEX sessions_staff ON sessions (staff);
