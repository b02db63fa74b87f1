"""Tribute: influencer performance marketing inside Shopify."""
