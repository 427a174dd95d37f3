-- What is sealed now is no longer here in clear. The key of places follows from the clinic's key.
DROP INDEX staff_login;
ALTER TABLE staff DROP COLUMN login;
ALTER TABLE staff DROP COLUMN name;
ALTER TABLE staff DROP COLUMN password;
ALTER TABLE staff DROP COLUMN password_is_temporary;
ALTER TABLE staff DROP COLUMN totp;
CREATE UNIQUE INDEX staff_login ON staff (login_index);
ALTER TABLE sessions DROP COLUMN label;
ALTER TABLE rules DROP COLUMN rules;
ALTER TABLE receipts DROP COLUMN seed;
DROP TABLE places;
