"""The SQLCipher database, its keys and the tables in it."""
