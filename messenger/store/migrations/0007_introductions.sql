-- Schema 7: first contacts by mail.
-- Never edited once released; the next change is the next file.

-- 1: strangers who have our link leave letters there.
ALTER TABLE own_mailbox ADD COLUMN introduction INTEGER NOT NULL DEFAULT 0;

-- Letters that wait for an answer: ours to a contact, or theirs to us.
CREATE TABLE introduction (
  contact INTEGER PRIMARY KEY REFERENCES contact (id),
  outgoing INTEGER NOT NULL CHECK (outgoing IN (0, 1)),
  relay INTEGER REFERENCES relay (number),          -- outgoing: where their link says to leave it
  mailbox BLOB,
  secret BLOB,
  own_key BLOB,                                     -- public half of our key that it shows or names
  kept BLOB,                                        -- outgoing: what reads the answer, NULL before
                                                    -- it is written; else the letter as it came
  at INTEGER NOT NULL                               -- Unix ms
) STRICT;

-- Letters that were read, so that a relay cannot bring them back.
CREATE TABLE letter_seen (
  tag BLOB PRIMARY KEY,
  at INTEGER NOT NULL                               -- Unix ms
) STRICT, WITHOUT ROWID;
