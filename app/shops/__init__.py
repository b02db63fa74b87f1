"""The tenant: install, settings, privacy."""
