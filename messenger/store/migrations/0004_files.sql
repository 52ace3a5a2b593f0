-- Schema 4: files that messages offer. The text of such a message is the name of the file.
-- Never edited once released; the next change is the next file.

ALTER TABLE message ADD COLUMN file_size INTEGER;                   -- bytes; NULL: no file
ALTER TABLE message ADD COLUMN file_kind TEXT;                      -- media type
ALTER TABLE message ADD COLUMN file_state TEXT;                     -- core.types.FileState
ALTER TABLE message ADD COLUMN file_note TEXT;                      -- by whom, or why

-- What is needed as long as sealed bytes are kept here, or are to come.
CREATE TABLE file (
  row INTEGER PRIMARY KEY REFERENCES message (row),
  key BLOB NOT NULL CHECK (length(key) = 32),
  digest BLOB NOT NULL CHECK (length(digest) = 32),  -- SHA-256 of the whole
  stored TEXT NOT NULL UNIQUE,                       -- its name in the folder of files
  own_paused INTEGER NOT NULL DEFAULT 0,
  peer_paused INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,                   -- ours: bytes that the receiver has
  save_to TEXT                                       -- theirs: where it goes once it is whole
) STRICT;
CREATE INDEX message_file ON message (contact, file_state) WHERE file_size IS NOT NULL;

-- Names of sealed files that nothing points to any more; they are removed after the commit.
CREATE TABLE lost_file (stored TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TRIGGER file_lost AFTER DELETE ON file BEGIN
  INSERT OR IGNORE INTO lost_file VALUES (OLD.stored);
END;
CREATE TRIGGER file_of_removed_message AFTER DELETE ON message WHEN OLD.file_size IS NOT NULL BEGIN
  DELETE FROM file WHERE row = OLD.row;
END;
CREATE TRIGGER file_of_deleted_message AFTER UPDATE OF deleted_at ON message
WHEN NEW.deleted_at IS NOT NULL AND NEW.file_size IS NOT NULL BEGIN
  DELETE FROM file WHERE row = NEW.row;
  UPDATE message SET file_size = NULL, file_kind = NULL, file_state = NULL, file_note = NULL
    WHERE row = NEW.row;
END;
