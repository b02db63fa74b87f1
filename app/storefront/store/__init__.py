"""Every query of the room: landing pages."""
