-- Schema 8: pictures that are shown in the conversation, and what contacts say they have read.
-- Never edited once released; the next change is the next file.

-- A file that is a picture by its header. No backup holds this: previews are made anew.
CREATE TABLE picture (
  row INTEGER PRIMARY KEY REFERENCES message (row),
  width INTEGER NOT NULL CHECK (width BETWEEN 1 AND 65535),    -- pixels, as it is shown
  height INTEGER NOT NULL CHECK (height BETWEEN 1 AND 65535),
  preview BLOB                            -- small, encoded by this program; NULL: not made yet
) STRICT;

CREATE TRIGGER picture_of_removed_message AFTER DELETE ON message WHEN OLD.file_size IS NOT NULL
BEGIN
  DELETE FROM picture WHERE row = OLD.row;
END;
CREATE TRIGGER picture_of_deleted_message AFTER UPDATE OF deleted_at ON message
WHEN NEW.deleted_at IS NOT NULL BEGIN
  DELETE FROM picture WHERE row = NEW.row;
END;

-- Ours: when the contact's computer said so.
ALTER TABLE message ADD COLUMN read_at INTEGER;
-- Tell, and be told, what was read.
ALTER TABLE contact ADD COLUMN receipts INTEGER NOT NULL DEFAULT 0;
