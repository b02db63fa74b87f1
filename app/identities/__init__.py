"""People across shops: one person may be a creator of several, and signs in once."""
