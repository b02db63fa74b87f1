"""The command line: `tribute`."""
