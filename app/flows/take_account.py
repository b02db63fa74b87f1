"""Somebody opened an account in the store: a lead of the creator by whose click they had come.

Shopify tells that there is a new customer, and not by whom. The theme's script tells, once the shopper is signed in and
agreed to marketing, by which click they came; Shopify signs who they are. Each half waits for the other.
"""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from app.db.session import BatchSession, Fenced
from app.flows.desk import Desk
from app.flows.take_lead import take
from app.inbox import forget as inbox
from app.inbox.model import StoredEvent
from app.inbox.redaction import redacted
from app.jobs.queue import Queue
from app.kernel import words
from app.kernel.errors import Invalid
from app.kernel.ids import EventId
from app.leads import account_store as accounts
from app.leads.account_store import Account
from app.leads.model import Sent, Source
from app.shops.pseudonym import pseudonym
from app.shops.store import ShopContext
from app.tracking.token import ClickToken

ACTION = "registration"
"""What terms call such a lead."""


@dataclass(frozen=True)
class Who:
    """A customer of a shop."""

    shop_id: int
    shop_key: bytes = field(repr=False)
    customer: str
    """Shopify's number."""


class _Customer(msgspec.Struct):
    id: int
    created_at: datetime
    email: str | None = None


_decoder = msgspec.json.Decoder(_Customer)


def account_opened(
    session: BatchSession, event: StoredEvent, shop: ShopContext, desk: Desk, now: datetime
) -> str | None:
    """Note when the customer came to be. Of the body, only the number and the time are kept.

    Shopify tells of a guest's first order, too: a guest never signs in, so nothing follows. Raises Invalid.
    """
    try:
        told = _decoder.decode(event.body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Invalid(f"This customers/create names no customer: {error}") from None
    if told.created_at.tzinfo is None:
        raise Invalid(f"This customers/create says no zone of its time {told.created_at.isoformat()}.")
    inbox.rewrite(session, EventId(event.id), redacted(event.body, {}, {}), now)
    key = desk.shop_key(shop)
    if key is None:
        return "The shop was erased: nothing of anybody is kept."
    half = Account(opened_at=told.created_at, person=_person(key, told.email))
    _join(session, desk.queue, Who(shop.id, key, str(told.id)), half, now)
    return None


def came_by(session: Fenced, queue: Queue, who: Who, click: ClickToken, now: datetime) -> None:
    """Note by which click a signed-in shopper had come; Shopify said who they are, and we signed the click."""
    _join(session, queue, who, Account(click_id=click.click_id, clicked_at=click.at), now)


def _join(session: Fenced, queue: Queue, who: Who, half: Account, now: datetime) -> None:
    known = accounts.note(session, who.shop_id, pseudonym(who.shop_key, "customer", who.customer), half, now)
    if known.opened_at is None or not known.was_brought:
        return
    sent = Sent(
        source=Source.CUSTOMER,
        key=who.customer,
        action=ACTION,
        at=known.opened_at,
        person=known.person,
        click_id=known.click_id,
        contact={"customer": who.customer},
    )
    take(session, queue, who.shop_id, sent)


def _person(key: bytes, email: str | None) -> bytes | None:
    """None also for an address that is none: Shopify leaves it out where the app may not see people."""
    try:
        return pseudonym(key, "email", words.email(email)) if email else None
    except Invalid:
        return None
