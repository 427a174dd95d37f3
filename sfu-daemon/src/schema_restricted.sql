-- An account that is kept and not used (GDPR, Art. 18).
ALTER TABLE staff ADD COLUMN restricted INTEGER NOT NULL DEFAULT 0;
