-- Accounts of staff: by which word they sign in, how colleagues and patients read them, and what they may do. Nothing else is asked of anybody.
-- Whoever was staff before there were accounts is the first admin; without a name they are called as their area is.
ALTER TABLE staff ADD COLUMN login TEXT NOT NULL DEFAULT 'admin';
ALTER TABLE staff ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE staff ADD COLUMN role TEXT NOT NULL DEFAULT 'admin' CHECK (role IN ('admin', 'provider', 'assistant'));
ALTER TABLE staff ADD COLUMN active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1));
CREATE UNIQUE INDEX staff_login ON staff (login);
CREATE INDEX sessions_staff ON sessions (staff);
