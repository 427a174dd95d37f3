-- How each connection of a consultation went. Nobody is named, and there is no address.
CREATE TABLE connections (
    consultation BLOB NOT NULL CHECK (length(consultation) = 8),
    area INTEGER NOT NULL,
    side TEXT NOT NULL,
    began_ms INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    came_up INTEGER NOT NULL,
    outages INTEGER NOT NULL,
    ending TEXT NOT NULL
) STRICT;
CREATE INDEX connections_began ON connections (began_ms);
