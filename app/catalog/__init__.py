"""What the shop says of its products, and since when."""
