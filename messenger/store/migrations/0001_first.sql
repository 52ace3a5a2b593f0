-- Schema 1: identity, contacts, messages, outbox, sessions, search.
-- Never edited once released; the next change is the next file.

CREATE TABLE identity (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  private_key BLOB NOT NULL,              -- X25519, 32 bytes
  created_at INTEGER NOT NULL             -- Unix ms
) STRICT;

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: the number of a removed person is never given to another one.
CREATE TABLE contact (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
  name TEXT NOT NULL,
  alias TEXT,
  relation TEXT NOT NULL,                 -- core.types.Relation
  origin TEXT NOT NULL,                   -- core.types.PinOrigin
  pinned_at INTEGER NOT NULL,
  verified_at INTEGER,
  changed_key BLOB,
  changed_at INTEGER,
  read_row INTEGER NOT NULL DEFAULT 0,    -- messages up to this row were seen
  unread_count INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE address (
  contact INTEGER NOT NULL REFERENCES contact (id),
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  source TEXT NOT NULL,                   -- who said so: "link", "hello", "dialled", ...
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (contact, host, port)
) STRICT, WITHOUT ROWID;
CREATE INDEX address_place ON address (host, port);

CREATE TABLE draft (
  contact INTEGER PRIMARY KEY REFERENCES contact (id),
  text TEXT NOT NULL
) STRICT;

-- A session's state is opaque here: messenger.engine encodes it.
CREATE TABLE session (
  contact INTEGER PRIMARY KEY REFERENCES contact (id),
  state BLOB NOT NULL
) STRICT;

-- AUTOINCREMENT: pages are cut by row, so a row number is never used twice.
CREATE TABLE message (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contact (id),
  id BLOB NOT NULL CHECK (length(id) = 16),
  outgoing INTEGER NOT NULL CHECK (outgoing IN (0, 1)),
  state TEXT NOT NULL,                    -- core.types.MessageState
  failure TEXT,
  text TEXT NOT NULL,                     -- may hold NUL
  sent_at INTEGER NOT NULL,               -- the sender's clock
  arrived_at INTEGER NOT NULL,            -- this computer's commit
  reply_to BLOB,
  edited_at INTEGER,
  deleted_at INTEGER,                     -- then text is empty
  left_at INTEGER,
  at_relay_at INTEGER,
  acknowledged_at INTEGER
) STRICT;
CREATE UNIQUE INDEX message_id ON message (id, contact);
CREATE INDEX message_of_contact ON message (contact);  -- and, as in every index, by row

CREATE TABLE outbox (
  contact INTEGER NOT NULL REFERENCES contact (id),
  row INTEGER NOT NULL REFERENCES message (row),
  size INTEGER NOT NULL,                  -- bytes of UTF-8
  PRIMARY KEY (contact, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_row ON outbox (row);

-- Replay tags of first flights, kept so that a restart does not forget them.
CREATE TABLE flight (
  tag BLOB PRIMARY KEY,
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX flight_seen ON flight (seen_at);

-- The words of each message as messenger.store.words cuts them, twice: by row for the newest hits of
-- all, and by conversation and row for the newest hits in one conversation.
-- content='': the text is in message only; a row is removed by naming its words again.
CREATE VIRTUAL TABLE search USING fts5 (
  words, content = '', columnsize = 0, tokenize = 'ascii', prefix = '2 3'
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
CREATE VIRTUAL TABLE search_within USING fts5 (
  words, content = '', columnsize = 0, tokenize = 'ascii', prefix = '2 3'
);
INSERT INTO search_within (search_within, rank) VALUES ('secure-delete', 1);

-- Every word of the index once: what a longer prefix may stand for.
CREATE TABLE word (
  text TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE search_words USING fts5vocab (search, row);
