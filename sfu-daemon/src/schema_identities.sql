-- Who somebody is at the practice's provider of identities, one for each account, sealed. They are few, and looked through for the one who signs in.
CREATE TABLE identities (
    staff INTEGER PRIMARY KEY REFERENCES staff (id),
    sealed BLOB NOT NULL
) STRICT;
