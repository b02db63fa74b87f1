"""One request of a creator: who, in which shop, in which language. Every view of a shop's pages begins with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from babel import Locale
from flask import current_app, g, request

from app.creators import store as creators
from app.creators.model import Creator
from app.db.session import ShopSession
from app.identities.model import PortalSession, normal
from app.kernel.clock import Clock
from app.kernel.errors import NotFound
from app.kernel.ids import ShopId
from app.kernel.words import HANDLE
from app.languages import LANGUAGES, spoken
from app.shopify.domain import is_shop_domain
from app.shops.model import ShopRecord, Status
from app.web.formats import Format, locale_of

LANGUAGE_COOKIE = "language"
OPEN = frozenset({Status.INSTALLED, Status.NEEDS_REAUTH, Status.UNINSTALLED})
"""A shop that left still owes what it owes, and its creators may still look."""


@dataclass(frozen=True)
class Shops:
    """How pages reach a shop."""

    find_shop: Callable[[str], ShopRecord | None]
    open_session: Callable[[ShopId], ShopSession]
    clock: Clock


class NoSuchPlace(NotFound):
    """A creator that the person is not, a shop that is none, or one of both: nobody is told which."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such page for you. If you were a creator there lately, sign out and in again."
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a creator, inside its one transaction."""

    session: ShopSession
    shop: ShopRecord
    creator: Creator
    now: datetime

    @property
    def actor(self) -> str:
        """Who is written into the decision log."""
        return f"creator:{self.creator.handle}"


@contextmanager
def visit(shop: str, creator: str) -> Iterator[Visit]:
    """The visit to these pages; what it wrote is committed at the end, or nothing is. Raises NoSuchPlace.

    Each time it is looked up anew whether the person still is that creator: a merchant who changes the
    address has shut the door of the old one at once.
    """
    shops = _shops()
    if HANDLE.fullmatch(creator) is None:
        raise NoSuchPlace
    record, signed = shop_of(shop), cast("PortalSession", g.signed)
    theirs = {m.creator_id for m in signed.memberships if m.shop_id == record.id}
    with shops.open_session(record.id) as session, session.begin():
        try:
            found = creators.creator(session, creator)
        except NotFound:
            raise NoSuchPlace from None
        # Who was archived earns nothing more, and still sees and gets what they earned.
        if found.id not in theirs:
            raise NoSuchPlace
        if normal(found.contact.email or "") != signed.identity.email:
            raise NoSuchPlace
        g.place = found.handle, record
        yield Visit(session, record, found, now())


def shop_of(shop: str) -> ShopRecord:
    """The shop of an address, where the person is a creator in it. Raises NoSuchPlace.

    For what has to be asked about the shop before a visit: who asks inside one holds a connection and waits
    for a second, and enough of them at once would wait for each other.
    """
    found: dict[str, ShopRecord] = g.setdefault("shops", {})
    if shop not in found:
        domain = f"{shop.lower()}.myshopify.com"
        record = _shops().find_shop(domain) if is_shop_domain(domain) else None
        signed = cast("PortalSession", g.signed)
        if record is None or record.status not in OPEN:
            raise NoSuchPlace
        if record.id not in {m.shop_id for m in signed.memberships}:
            raise NoSuchPlace
        found[shop] = record
    return found[shop]


def _shops() -> Shops:
    return cast("Shops", current_app.extensions["tribute.shops"])


def now() -> datetime:
    """The instant of this request: the same wherever it is asked for."""
    if "now" not in g:
        g.now = _shops().clock.now()
    return cast("datetime", g.now)


def language() -> str:
    """What the person chose, else what their browser asks for, else English."""
    signed: PortalSession | None = g.get("signed")
    chosen = request.cookies.get(LANGUAGE_COOKIE) or (signed.identity.language if signed else None)
    return chosen if chosen in LANGUAGES else spoken([tag for tag, _ in request.accept_languages])


def locale() -> Locale:
    """The language with the country that the browser names, for dates and amounts."""
    wanted = language()
    tags = [tag for tag, _ in request.accept_languages if spoken([tag]) == wanted]
    return locale_of([*tags, wanted])


def format_of(shop: ShopRecord) -> Format:
    """How numbers are written for this reader, in the shop's own time and money."""
    return Format(locale(), shop.currency, shop.timezone)


def place(shop: ShopRecord, handle: str) -> str:
    """The address that a creator's pages of a shop begin with."""
    return f"/portal/{shop.domain.partition('.')[0]}/{handle}"
