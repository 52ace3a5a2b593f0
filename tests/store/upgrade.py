"""Two migrations that only tests know, on top of the real ones: structure and content change."""

from messenger.store.migrate import Migration, load_migrations

_NEXT = len(load_migrations()) + 1

UPGRADE = (
    Migration(
        _NEXT,
        (
            "CREATE TABLE colour (contact INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;",
            "INSERT INTO colour SELECT id, 'green' FROM contact;",
            "ALTER TABLE contact ADD COLUMN pronoun TEXT;",
            "CREATE INDEX colour_name ON colour (name);",
        ),
    ),
    Migration(
        _NEXT + 1,
        (
            "UPDATE colour SET name = 'blue';",
            "UPDATE contact SET name = name || '!', pronoun = 'they';",
            "DROP INDEX colour_name;",
        ),
    ),
)
