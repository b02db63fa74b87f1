"""REST-shaped bodies of webhooks: the key sets and types of real ones (tests/devstore/shapes.json holds the table)."""
