"""Evidence carriers: discount codes and links."""
