"""What the provider `stripe` is made of: its errors, its two rails, its recipients."""
