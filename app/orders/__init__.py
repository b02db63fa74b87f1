"""The newest version of every order, and the base a commission stands on."""
