"""Values without any I/O: money, rates, clocks, ids, errors."""
