"""What a page says after a write, by the `done` of its address. Nothing else can be made to appear."""

from flask_babel import lazy_gettext as _

DONE = {
    "saved": _("Saved"),
    "added": _("Added"),
    "sent": _("Sent"),
    "removed": _("Removed"),
    "accepted": _("Accepted"),
    "signed_out": _("You are signed out."),
    "deleted": _("Your account was deleted."),
}


def done_text(done: str) -> str:
    """The sentence; nothing for what we never said."""
    return str(DONE.get(done, ""))
