-- What is about staff is sealed with a key that lies elsewhere. Beside it stands only what the database itself must find or compare.
ALTER TABLE staff ADD COLUMN login_index BLOB;
ALTER TABLE staff ADD COLUMN sealed BLOB NOT NULL DEFAULT x'';
ALTER TABLE sessions ADD COLUMN browser BLOB NOT NULL DEFAULT x'';
ALTER TABLE rules ADD COLUMN sealed BLOB NOT NULL DEFAULT x'';
ALTER TABLE receipts ADD COLUMN sealed_seed BLOB;
-- Since when an account is disabled: it is erased some time after.
ALTER TABLE staff ADD COLUMN disabled_ms INTEGER;
-- By which the key is known again.
CREATE TABLE sealed_with (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    key_check BLOB NOT NULL
) STRICT;
