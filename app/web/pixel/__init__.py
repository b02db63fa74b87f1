"""POST /pixel: what the web pixel saw in a storefront."""
