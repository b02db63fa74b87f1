"""One condition of a rule a file; found by kernel.registry."""
