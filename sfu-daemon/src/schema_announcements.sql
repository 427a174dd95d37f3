-- What of the statement on privacy will change, as the practice has announced it, and who of staff has read so.
CREATE TABLE announcements (
    id INTEGER PRIMARY KEY,
    announced_ms INTEGER NOT NULL,
    effective_ms INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE announcements_read (
    announcement INTEGER NOT NULL REFERENCES announcements (id) ON DELETE CASCADE,
    staff INTEGER NOT NULL REFERENCES staff (id),
    PRIMARY KEY (announcement, staff)
) STRICT;
