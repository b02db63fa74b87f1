"""What Shopify says and how we ask it: the only room that knows its API."""
