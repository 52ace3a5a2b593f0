-- Schema 2: what happens to a message after it was written, and what else waits to be sent.
-- Never edited once released; the next change is the next file.

ALTER TABLE message ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0;   -- ours: the contact may have it
ALTER TABLE message ADD COLUMN failed_at INTEGER;
ALTER TABLE message ADD COLUMN send_by INTEGER;                     -- ours: not sent after that
ALTER TABLE message ADD COLUMN edit_stamp INTEGER;                  -- its author's clock orders edits
ALTER TABLE message ADD COLUMN own_reaction TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN own_reaction_stamp INTEGER;
ALTER TABLE message ADD COLUMN peer_reaction TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN peer_reaction_stamp INTEGER;
ALTER TABLE message ADD COLUMN waiting_changes INTEGER NOT NULL DEFAULT 0;  -- ours, not acknowledged
ALTER TABLE message ADD COLUMN lifetime_s INTEGER NOT NULL DEFAULT 0;       -- 0: for good
ALTER TABLE message ADD COLUMN expires_at INTEGER;                  -- counted from its delivery
ALTER TABLE message ADD COLUMN later_body BLOB;                     -- of a kind we do not know
CREATE INDEX message_expires ON message (expires_at, lifetime_s) WHERE expires_at IS NOT NULL;
CREATE INDEX message_send_by ON message (send_by) WHERE send_by IS NOT NULL AND state = 'waiting';

UPDATE message SET sealed = 1 WHERE outgoing = 1;  -- nobody wrote down whether it was

ALTER TABLE contact ADD COLUMN lifetime_s INTEGER NOT NULL DEFAULT 0;  -- of what we write now
ALTER TABLE contact ADD COLUMN proposed_lifetime_s INTEGER;         -- ours, not acknowledged
ALTER TABLE contact ADD COLUMN timer_stamp INTEGER NOT NULL DEFAULT 0;  -- of the newest wish
ALTER TABLE contact ADD COLUMN timer_id BLOB NOT NULL DEFAULT x'';
ALTER TABLE contact ADD COLUMN ignored_count INTEGER NOT NULL DEFAULT 0;  -- changes they may not make

-- AUTOINCREMENT: senders remember how far they are by this number.
DROP INDEX outbox_row;
ALTER TABLE outbox RENAME TO outbox_1;
CREATE TABLE outbox (
  number INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of sealing
  contact INTEGER NOT NULL REFERENCES contact (id),
  id BLOB NOT NULL CHECK (length(id) = 16),  -- the contact acknowledges it
  kind INTEGER NOT NULL,                     -- of the body, docs/protocol.md, section 8
  row INTEGER REFERENCES message (row),      -- a message is sealed as it stands there
  body BLOB,                                 -- anything else is sealed as it stands here
  target BLOB,                               -- the message that the body changes
  size INTEGER NOT NULL,                     -- bytes
  CHECK ((row IS NULL) <> (body IS NULL))
) STRICT;
INSERT INTO outbox (contact, id, kind, row, size)
  SELECT o.contact, m.id, 1, o.row, o.size
  FROM outbox_1 o JOIN message m ON m.row = o.row ORDER BY o.row;
DROP TABLE outbox_1;
CREATE INDEX outbox_order ON outbox (contact, number, size);
CREATE UNIQUE INDEX outbox_id ON outbox (contact, id);
CREATE UNIQUE INDEX outbox_row ON outbox (row) WHERE row IS NOT NULL;
CREATE INDEX outbox_target ON outbox (target, contact) WHERE target IS NOT NULL;

-- Ids that are never to be stored again: bodies that are no message, and messages that are gone.
CREATE TABLE seen (
  contact INTEGER NOT NULL REFERENCES contact (id),
  id BLOB NOT NULL CHECK (length(id) = 16),
  PRIMARY KEY (contact, id)
) STRICT, WITHOUT ROWID;

-- Changes that came before the message they are for.
CREATE TABLE early_change (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contact (id),
  target BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX early_change_target ON early_change (contact, target);
