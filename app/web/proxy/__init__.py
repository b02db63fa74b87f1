"""What a storefront asks of us through Shopify's app proxy. Signed by Shopify, sent by anybody."""
