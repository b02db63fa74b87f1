"""One report column a file; found by kernel.registry."""
