"""What other apps' CSVs look like, one app a file; found by kernel.registry."""
