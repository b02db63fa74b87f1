"""Give enrollments tracked links."""

from collections.abc import Sequence
from datetime import datetime

from app.audit.store import record, record_all
from app.db.session import ShopSession
from app.kernel.change import Change
from app.tracking import store
from app.tracking.model import Link, LinkDraft, SlugTaken, check_channel, check_path, check_slug


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
    creator = store.owner_handle(session, enrollment_id)
    draft = LinkDraft(enrollment_id, slug, to_path, channel, creator, program)
    if add_links(session, [draft], actor=actor, now=now):
        return Change.CREATED
    link = _own(session, enrollment_id, slug)
    if (link.to_path, link.channel) == (to_path, channel):
        return Change.UNCHANGED
    store.change_link(session, link.id, to_path=to_path, channel=channel)
    record(session, "link.changed", subject=slug, actor=actor, facts=draft.facts, now=now)
    return Change.CHANGED


def add_links(session: ShopSession, drafts: Sequence[LinkDraft], *, actor: str, now: datetime) -> set[str]:
    """Add many, and return the slugs that led nowhere yet; the others stay as they are. Raises BadLink."""
    for draft in drafts:
        check_slug(draft.slug), check_path(draft.to_path), check_channel(draft.channel)
    added = store.add_links(session, drafts, now)
    decided = [(draft.slug, draft.facts) for draft in drafts if draft.slug in added]
    record_all(session, "link.created", decided, actor=actor, now=now)
    return added


def _own(session: ShopSession, enrollment_id: int, slug: str) -> Link:
    link = store.link(session, slug)
    if link is None or link.enrollment_id != enrollment_id:
        raise SlugTaken(slug)
    return link
