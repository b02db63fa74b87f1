"""What creators and the shop write to each other."""
