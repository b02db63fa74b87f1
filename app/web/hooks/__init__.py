"""The hot routes: WSGI callables in front of Flask."""
