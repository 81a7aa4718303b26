"""All rows of the database in one checked file, the same for SQLite and PostgreSQL, and back again."""
