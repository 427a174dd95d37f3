-- The first number of a deletion receipt that was never used: noted before numbers are used, so that a crash repeats none.
ALTER TABLE receipts ADD COLUMN unused INTEGER NOT NULL DEFAULT 0 CHECK (0 <= unused);
