-- How staff sign in without a link: a password (argon2id, in PHC's form), and whether somebody else has chosen it.
ALTER TABLE staff ADD COLUMN password TEXT;
ALTER TABLE staff ADD COLUMN password_is_temporary INTEGER NOT NULL DEFAULT 0 CHECK (password_is_temporary IN (0, 1));
-- The second factor: its secret (RFC 6238), and the last time step whose code was used, so that none works twice.
ALTER TABLE staff ADD COLUMN totp BLOB;
ALTER TABLE staff ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;
-- For the day when it is lost: SHA-256 of words that work once each.
CREATE TABLE recovery_codes (
    hash BLOB PRIMARY KEY,
    staff INTEGER NOT NULL REFERENCES staff (id)
) STRICT;
-- By which means a session began, and what the browser says that it is.
ALTER TABLE sessions ADD COLUMN means TEXT NOT NULL DEFAULT 'link' CHECK (means IN ('link', 'password'));
ALTER TABLE sessions ADD COLUMN label TEXT NOT NULL DEFAULT '';
