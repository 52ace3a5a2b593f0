-- Schema 3: a key of ours that is replaced, a key of theirs that was, and who else uses our key.
-- Never edited once released; the next change is the next file.

-- Keys of ours that somebody may still know us by. The newest is the one with the greatest number.
CREATE TABLE former_identity (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  private_key BLOB NOT NULL CHECK (length(private_key) = 32),  -- X25519
  created_at INTEGER NOT NULL,            -- Unix ms
  replaced_at INTEGER NOT NULL
) STRICT;

-- The key that they know us by; NULL: the present one.
ALTER TABLE contact ADD COLUMN own_identity INTEGER;        -- former_identity.number
-- Their key before the one they announced: let in until the new one was seen.
ALTER TABLE contact ADD COLUMN former_key BLOB;

-- What was pinned before an announced change.
CREATE TABLE former_pin (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contact (id),
  key BLOB NOT NULL CHECK (length(key) = 32),
  origin TEXT NOT NULL,                   -- core.types.PinOrigin
  pinned_at INTEGER NOT NULL,
  verified_at INTEGER,
  replaced_at INTEGER NOT NULL
) STRICT;
CREATE INDEX former_pin_contact ON former_pin (contact);

-- Every start of this program on this database; a restored backup begins with a row of its own.
CREATE TABLE run (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  started_at INTEGER NOT NULL,
  restored INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The runs of theirs that were heard, the last one heard with the greatest number.
CREATE TABLE peer_run (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contact (id),
  id BLOB NOT NULL CHECK (length(id) = 16)
) STRICT;
CREATE UNIQUE INDEX peer_run_id ON peer_run (contact, id);

-- What contacts know of our runs, and whether their key or ours turned out to be used twice.
CREATE TABLE acquaintance (
  contact INTEGER PRIMARY KEY REFERENCES contact (id),
  met_run BLOB,                           -- of ours, the last one that they were sure of
  foreign_run BLOB,                       -- not of this database: the last one they told us of
  foreign_by BLOB,                        -- the run of ours that was told
  own_fork TEXT,                          -- core.types.Fork, of our key
  own_fork_at INTEGER,                    -- Unix ms
  peer_fork TEXT,                         -- of theirs
  peer_fork_at INTEGER
) STRICT;
