"""What people do in a pretend shop, one deed a file. Each holds the lock, changes state and emits its webhooks."""
