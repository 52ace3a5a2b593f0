-- Schema 10: which of two announced keys is the later one.
-- Never edited once released; the next change is the next file.

-- When they made the key that they announced last, in Unix ms of their clock; 0: none that counts.
ALTER TABLE contact ADD COLUMN announced_at INTEGER NOT NULL DEFAULT 0;
