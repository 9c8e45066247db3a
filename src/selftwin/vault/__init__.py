"""The sealed store: encrypted files, their keys, seals and record, and the tables inside. Only here DuckDB is known."""
