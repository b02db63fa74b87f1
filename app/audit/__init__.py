"""The append-only log of human decisions."""
