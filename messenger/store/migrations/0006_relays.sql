-- Schema 6: relays, the mailboxes at them, and what is under way to them.
-- Never edited once released; the next change is the next file.

CREATE TABLE relay (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  key BLOB NOT NULL CHECK (length(key) = 32),       -- X25519
  own INTEGER NOT NULL DEFAULT 0                    -- 1: chosen by us; 0: a contact's, or left
) STRICT;
CREATE UNIQUE INDEX relay_place ON relay (host, port, key);

-- Mailboxes that we fetch from. Nothing at a relay connects two of them.
CREATE TABLE own_mailbox (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  relay INTEGER NOT NULL REFERENCES relay (number),
  contact INTEGER REFERENCES contact (id),          -- who deposits; NULL: nobody any more
  owner BLOB NOT NULL CHECK (length(owner) = 24),
  owner_secret BLOB NOT NULL CHECK (length(owner_secret) = 32),
  depositor BLOB NOT NULL CHECK (length(depositor) = 24),
  depositor_secret BLOB NOT NULL CHECK (length(depositor_secret) = 32),
  state TEXT NOT NULL,                              -- store.mail.MailboxState
  leaving_at INTEGER                                -- Unix ms; since when it is given up
) STRICT;
CREATE INDEX own_mailbox_relay ON own_mailbox (relay);
CREATE INDEX own_mailbox_contact ON own_mailbox (contact);

-- Mailboxes that contacts fetch from.
CREATE TABLE peer_mailbox (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contact (id),
  relay INTEGER NOT NULL REFERENCES relay (number),
  mailbox BLOB NOT NULL CHECK (length(mailbox) = 24),
  secret BLOB NOT NULL CHECK (length(secret) = 32),
  chosen INTEGER NOT NULL,                          -- 1: the relay is the contact's choice
  packed INTEGER NOT NULL DEFAULT 0,                -- outbox.number: sealed for it up to there
  acked INTEGER NOT NULL DEFAULT 0,                 -- owed_ack.number: the same
  began_at INTEGER NOT NULL                         -- Unix ms; when `packed` was 0 last
) STRICT;
CREATE UNIQUE INDEX peer_mailbox_place ON peer_mailbox (contact, relay, mailbox);
CREATE INDEX peer_mailbox_relay ON peer_mailbox (relay);

-- When lists of mailboxes were told to a contact and by it: the newest counts.
CREATE TABLE mailbox_news (
  contact INTEGER PRIMARY KEY REFERENCES contact (id),
  told_at INTEGER NOT NULL DEFAULT 0,               -- Unix ms
  heard_at INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Envelopes that were sealed for a mailbox and that its relay has not accepted yet.
CREATE TABLE deposit (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  peer_mailbox INTEGER NOT NULL REFERENCES peer_mailbox (number),
  envelope_id BLOB NOT NULL UNIQUE CHECK (length(envelope_id) = 32),
  envelope BLOB NOT NULL,
  ack_count INTEGER NOT NULL                        -- acknowledgements in it
) STRICT;
CREATE INDEX deposit_mailbox ON deposit (peer_mailbox, number);
CREATE TABLE deposit_entry (
  deposit INTEGER NOT NULL REFERENCES deposit (number),
  entry INTEGER NOT NULL,                           -- outbox.number, while it is there
  complete INTEGER NOT NULL,                        -- 1: the last piece of it is in this envelope
  PRIMARY KEY (deposit, entry)
) STRICT, WITHOUT ROWID;

-- What came by mail and was not acknowledged to everywhere the contact fetches.
CREATE TABLE owed_ack (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contact (id),
  id BLOB NOT NULL CHECK (length(id) = 16)
) STRICT;
CREATE UNIQUE INDEX owed_ack_id ON owed_ack (contact, id);

-- Parts of bodies that are longer than an envelope of a relay.
CREATE TABLE piece (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contact (id),
  digest BLOB NOT NULL CHECK (length(digest) = 16),
  at INTEGER NOT NULL,
  total INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX piece_place ON piece (contact, digest, at);

-- Host of the relay that accepted a message of ours first.
ALTER TABLE message ADD COLUMN relay TEXT;
