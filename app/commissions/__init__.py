"""What should be earned: a pure function of order, credits and offer."""
