-- Keys of areas, as the browsers of staff have made them: what the root has signed, and what only their devices can open. Nothing of it lets
-- the server, or who has this file, read anything. Each part is JSON.
CREATE TABLE seals (
    area INTEGER PRIMARY KEY REFERENCES areas (id),
    seal TEXT NOT NULL,
    devices TEXT NOT NULL
) STRICT;
