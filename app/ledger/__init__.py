"""Append-only double entry: postings, balances, proof."""
