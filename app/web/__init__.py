"""Pages, hooks and links: everything that speaks HTTP to the outside."""
