"""What a merchant's own servers ask of us, by a key of their shop."""
