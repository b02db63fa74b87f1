"""The story, one page each: read this first."""
