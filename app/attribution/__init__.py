"""Who brought the order: candidates, credits and why the others lost."""
