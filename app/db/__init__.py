"""The database: sessions, fences, the embedded server."""
