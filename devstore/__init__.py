"""A pretend Shopify over HTTP. Speaks to the app only as Shopify does."""
