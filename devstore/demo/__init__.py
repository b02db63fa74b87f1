"""`make demo`: the pretend platform, the app as its own processes, three shops with a past."""
