"""Give an enrollment a tracked link."""

from datetime import datetime

from app.audit.store import record
from app.db.session import ShopSession
from app.kernel.change import Change
from app.tracking import store
from app.tracking.model import Link, SlugTaken, check_channel, check_path, check_slug


def add_link(
    session: ShopSession,
    enrollment_id: int,
    slug: str,
    *,
    to_path: str,
    channel: str,
    program: str,
    actor: str,
    now: datetime,
) -> Change:
    """Add the link, or let this enrollment's link of that slug lead elsewhere.

    Raises BadLink, and SlugTaken when the slug leads elsewhere in this or in another shop.
    """
    check_slug(slug), check_path(to_path), check_channel(channel)
    if store.add_link(session, enrollment_id, slug, to_path=to_path, channel=channel, now=now):
        change, kind = Change.CREATED, "link.created"
    else:
        link = _own(session, enrollment_id, slug)
        if (link.to_path, link.channel) == (to_path, channel):
            return Change.UNCHANGED
        store.change_link(session, link.id, to_path=to_path, channel=channel)
        change, kind = Change.CHANGED, "link.changed"
    facts = {
        "creator": store.owner_handle(session, enrollment_id),
        "program": program,
        "to": to_path,
        "channel": channel,
    }
    record(session, kind, subject=slug, actor=actor, facts=facts, now=now)
    return change


def _own(session: ShopSession, enrollment_id: int, slug: str) -> Link:
    link = store.link(session, slug)
    if link is None or link.enrollment_id != enrollment_id:
        raise SlugTaken(slug)
    return link
