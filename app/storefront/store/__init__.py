"""Every query of the room: landing pages, sign-up forms, applications."""
