-- What an area looks like to patients, as its admins have set it. Empty: as the page looks by itself.
CREATE TABLE looks (
    area INTEGER PRIMARY KEY REFERENCES areas (id),
    accent TEXT NOT NULL,
    welcome TEXT NOT NULL
) STRICT;
-- Its files, with the SHA-256 by which browsers ask for them.
CREATE TABLE look_files (
    area INTEGER NOT NULL REFERENCES areas (id),
    part TEXT NOT NULL CHECK (part IN ('logo', 'show')),
    mime TEXT NOT NULL,
    hash TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (area, part)
) STRICT;
