"""Every outside event, once, durable."""
