"""One commission rule a file; found by kernel.registry."""
