"""What the provider `paypal` is made of: the connection, what is sent, what the answers mean."""
