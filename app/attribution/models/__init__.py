"""One attribution model a file; found by kernel.registry."""
