"""Comparing Shopify's orders with ours: when it was done, what differed."""
