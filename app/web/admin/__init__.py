"""The merchant's pages inside the Shopify admin: one module a page, each with a blueprint `pages`."""
