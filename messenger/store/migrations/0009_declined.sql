-- Schema 9: whose requests are not shown for a while.
-- Never edited once released; the next change is the next file.

-- Who asked, was declined and knows it. No backup holds this.
CREATE TABLE declined (
  key BLOB PRIMARY KEY CHECK (length(key) = 32),    -- X25519
  at INTEGER NOT NULL                               -- Unix ms when they were told
) STRICT, WITHOUT ROWID;
