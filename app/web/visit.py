"""One merchant's request: who, which shop, when, in which locale. Every admin view begins with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from flask import current_app, g, redirect, request
from werkzeug.wrappers import Response

from app.db.session import ShopSession
from app.flows.cashier import Cashier
from app.flows.desk import Desk
from app.web.formats import Format, locale_of
from app.web.guard import CurrentShop, Session, gate_of

EMBED_PARAMS = frozenset({
    "hmac", "locale", "protocol", "session", "id_token", "shop", "timestamp", "host", "embedded", "appLoadId",
})  # fmt: skip
"""What the admin adds to our address; it never goes into a link of ours. Source: shopify.md 2.2."""

DONE = {
    "saved": "Saved",
    "sent": "Sent",
    "added": "Added",
    "changed": "Changed",
    "paused": "Paused",
    "resumed": "Resumed",
    "archived": "Archived",
    "restored": "Restored",
    "decided": "Decided",
    "retried": "Handed back to the worker",
    "dismissed": "Step dismissed",
    "discarded": "Draft discarded",
    "published": "Published",
    "moved": "Moved",
    "given": "Given",
    "revoked": "Taken back",
    "written_off": "Written off",
    "looked": "Nothing is taken over yet",
    "imported": "Taken over",
    "undone": "Taken back",
    "thrown_away": "File thrown away",
    "approved": "Approved",
    "denied": "Denied",
    "declined": "Declined",
    "held": "On hold",
    "rotated": "New code issued",
    "disabled": "Code disabled",
    "rejected": "Rejected",
    "key_revoked": "Key revoked",
    "planned": "Look at it, then approve it",
    "cancelled": "Cancelled",
    "asked": "Payouts are being sent and asked about",
    "taken": "The bank's answer was taken",
    "tried": "Tried",
}
"""What a page says after a write, by the `done` of its address. Nothing else can be made to appear."""


@dataclass(frozen=True, slots=True)
class Word:
    """What this merchant calls creators."""

    one: str

    @property
    def many(self) -> str:
        """More than one of them."""
        return f"{self.one}s"

    @property
    def a(self) -> str:
        """One of them, with its article."""
        return f"{'an' if self.one[:1].lower() in 'aeiou' else 'a'} {self.one}"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a merchant's staff, inside its one transaction."""

    session: ShopSession
    shop: CurrentShop
    now: datetime

    @property
    def actor(self) -> str:
        """Who is written into the decision log."""
        return self.shop.user_id


def desk() -> Desk:
    """The tools of flows that a write sets off."""
    return cast("Desk", current_app.extensions["tribute.desk"])


def cashier() -> Cashier:
    """What shops can pay with; the portal's pages ask it, too."""
    return cast("Cashier", current_app.extensions["tribute.cashier"])


@contextmanager
def visit() -> Iterator[Visit]:
    """The visit of this request; what it wrote is committed at the end, or nothing is."""
    with cast("Session", g.session)() as session:
        yield Visit(session, g.shop, now())


def now() -> datetime:
    """The instant of this request: the same wherever it is asked for."""
    if "now" not in g:
        g.now = gate_of(current_app).clock.now()
    return cast("datetime", g.now)


def format_of(shop: CurrentShop) -> Format:
    """How numbers are written for this request: by the admin's locale, in the shop's zone and currency."""
    return Format(locale_of([shop.locale]), shop.currency, shop.timezone)


def address(*, here: str | None = None, **changes: object) -> str:
    """This page's address with some parameters changed; None takes one away. Never the admin's own."""
    kept = {k: v for k, v in request.args.items() if k not in EMBED_PARAMS | {"done"}}
    query = urlencode({k: v for k, v in {**kept, **changes}.items() if v not in {None, ""}})
    path = here or request.path
    return f"{path}?{query}" if query else path


def back(path: str, done: str) -> Response:
    """The answer to a write that was done: see the page at `path`, which says so."""
    return redirect(f"{path}{'&' if '?' in path else '?'}done={done}", 303)
