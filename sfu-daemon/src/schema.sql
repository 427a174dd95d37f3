-- Everything that anteroom keeps on disk. Patients do not appear here, and must not.
CREATE TABLE areas (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    practice TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    help_phone TEXT NOT NULL DEFAULT '',
    presence TEXT NOT NULL DEFAULT 'open' CHECK (presence IN ('open', 'busy', 'away', 'closed')),
    presence_text TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE staff (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE staff_areas (
    staff INTEGER NOT NULL REFERENCES staff (id),
    area INTEGER NOT NULL REFERENCES areas (id),
    PRIMARY KEY (staff, area)
) STRICT;
-- One-time links: SHA-256 of the token, and until when it may be used (milliseconds since the Unix epoch).
CREATE TABLE enrolments (
    hash BLOB PRIMARY KEY,
    staff INTEGER NOT NULL REFERENCES staff (id),
    ends_ms INTEGER NOT NULL
) STRICT;
-- Signed-in browsers: SHA-256 of the cookie, and when it began and was last used.
CREATE TABLE sessions (
    hash BLOB PRIMARY KEY,
    staff INTEGER NOT NULL REFERENCES staff (id),
    began_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL
) STRICT;
INSERT INTO areas (id, slug, title) VALUES (1, 'reception', 'Reception');
INSERT INTO staff (id) VALUES (1);
INSERT INTO staff_areas (staff, area) VALUES (1, 1);
