"""The one place that knows the queue."""
