"""What the web server loads."""
