"""A lead comes in: it is written down once, and what it earns is derived soon after."""

from dataclasses import dataclass
from datetime import datetime

from app.db.session import Fenced
from app.flows import derive_awards
from app.jobs.queue import Queue
from app.kernel import words
from app.leads import store
from app.leads.model import Sent, Source, told_at
from app.shops.pseudonym import pseudonym
from app.tracking.click import LONGEST_VISITOR, MOST_DIGITS
from app.tracking.model import SLUG
from app.tracking.token import click_id


@dataclass(frozen=True)
class Told:
    """A lead in the clear, as a form, the API or Shopify tells it."""

    source: Source
    key: str
    action: str
    at: datetime
    email: str | None = None
    install_id: str | None = None
    """Of the device on which an app was installed."""
    visitor: str | None = None
    click: str | None = None
    """A click token, or the number of a click; believed only where that click is stored in the shop."""
    slug: str | None = None
    code: str | None = None
    contact: dict[str, str] | None = None


def read(told: Told, shop_key: bytes, now: datetime) -> Sent:
    """The lead as it is kept: who it is as a keyed digest, the evidence checked. Raises Invalid, BadEmail.

    Evidence that is malformed is none, as it is on an order.
    """
    email = words.email(told.email) if told.email is not None else None
    person = pseudonym(shop_key, "email", email) if email is not None else None
    if person is None and told.install_id is not None:
        person = pseudonym(shop_key, "customer", f"install:{told.install_id}")
    slug = (told.slug or "").strip().lower()
    visitor = (told.visitor or "").strip()
    return Sent(
        source=told.source,
        key=told.key,
        action=told.action,
        at=told_at(told.at, now),
        person=person,
        visitor=visitor if 0 < len(visitor) <= LONGEST_VISITOR and visitor.isprintable() else None,
        click_id=_click((told.click or "").strip()),
        slug=slug if SLUG.fullmatch(slug) else None,
        code=(told.code or "").strip() or None,
        contact={**({"email": email} if email else {}), **(told.contact or {})},
    )


def take(session: Fenced, queue: Queue, shop_id: int, sent: Sent) -> bool:
    """Write the lead down, and have what it earns derived. False when it was told before: then nothing happens."""
    if not store.keep(session, shop_id, sent):
        return False
    derive_awards.request(session, queue, shop_id)
    return True


def _click(text: str) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    return click_id(text)
