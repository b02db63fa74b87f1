"""The people who are paid for results."""
