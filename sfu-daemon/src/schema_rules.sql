-- Who may come into an area, and when, as its staff have set it: JSON.
CREATE TABLE rules (
    area INTEGER PRIMARY KEY REFERENCES areas (id),
    rules TEXT NOT NULL
) STRICT;
-- Links for one visit that nobody has used: SHA-256 of the token, and until when it may be used (milliseconds since the Unix epoch).
CREATE TABLE visit_links (
    hash BLOB PRIMARY KEY,
    area INTEGER NOT NULL REFERENCES areas (id),
    ends_ms INTEGER NOT NULL
) STRICT;
