"""Money out: who can be paid in which way, and what is written to and read from those who pay."""
