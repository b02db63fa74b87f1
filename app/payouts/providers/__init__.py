"""Ways of paying, one file each. They never know of one another."""
