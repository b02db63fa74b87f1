"""Benchmarks: ratios of one interleaved run, never absolute figures. `make bench`."""
