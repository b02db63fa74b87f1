"""One detector a file. Each is a pure function over stored facts, found by kernel.registry."""
