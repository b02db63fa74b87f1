"""Programs and their versioned offers."""
