"""A merchant who edits or deletes a discount of ours in Shopify is noticed, by webhook and every night, and told.

So is a code that was taken away: by webhook, and because the count of a discount's codes differs.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

from app.audit.store import record
from app.db.session import BatchSession, ShopSession
from app.flows import issue_code
from app.flows.desk import Desk
from app.flows.look_at_discounts import JOB, request
from app.inbox.model import StoredEvent
from app.jobs.queue import Job, Queue
from app.kernel.clock import Clock
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import ShopId
from app.shops import store as shops
from app.shops.store import ShopContext
from app.tracking.store import drift

ALL = "discounts.look_all"
REMOVED = "This code was removed from its discount in Shopify."


class Seen(Protocol):
    """A discount as Shopify has it."""

    @property
    def gives(self) -> Mapping[str, str]:
        """Each setting in words."""

    @property
    def codes(self) -> int:
        """How many it carries."""


class Looking(Protocol):
    """The discounts of one shop in Shopify."""

    def look(self, discount_gid: str) -> Seen | None:
        """What it gives; None: it was deleted."""

    def codes(self, discount_gid: str) -> Iterable[str]:
        """The gid of every code that it carries."""


class _Redeem(msgspec.Struct):
    id: str


class _Body(msgspec.Struct):
    admin_graphql_api_id: str
    redeem_code: _Redeem | None = None


def discount_changed(
    session: BatchSession, event: StoredEvent, shop: ShopContext, desk: Desk, now: datetime
) -> str | None:
    """discounts/*: what became of one of ours is asked for; a code of ours that was taken away does not work.

    The body tells no values, and comes late or twice: what counts is what the look finds. Raises Invalid.
    """
    try:
        said = msgspec.json.decode(event.body, type=_Body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Invalid(f"This {event.topic} does not name a discount: {error}") from None
    if not drift.is_ours(session, shop.id, said.admin_graphql_api_id):
        return "The discount is not one of ours."
    if event.topic == "discounts/redeemcode_removed" and said.redeem_code is not None:
        drift.codes_removed(session, shop.id, [said.redeem_code.id], REMOVED, now)
    request(session, desk.queue, ShopId(shop.id))
    return None


def put_back(session: ShopSession, queue: Queue, gid: str, *, actor: str, now: datetime) -> None:
    """Write the offer's terms into Shopify once more, then look. Raises NotFound."""
    program_id = drift.write_again(session, gid)
    if program_id is None:
        raise NotFound(f"No discount {gid!r} carries codes of this shop any more.")
    record(session, "discount.put_back", subject=gid, actor=actor, facts={}, now=now)
    issue_code.request(session, queue, program_id)
    request(session, queue, ShopId(session.shop_id))


def keep(session: ShopSession, gid: str, *, actor: str, now: datetime) -> None:
    """Leave Shopify's version: it stays shown as a difference that is wanted. Raises NotFound."""
    if not drift.is_ours(session, session.shop_id, gid):
        raise NotFound(f"No discount {gid!r} carries codes of this shop any more.")
    drift.keep(session, gid)
    record(session, "discount.kept", subject=gid, actor=actor, facts={}, now=now)


@dataclass(frozen=True)
class WatchDiscounts:
    """The handlers of both jobs. Run again, they look again."""

    open_batch: Callable[[], BatchSession]
    open_session: Callable[[ShopId], ShopSession]
    looking: Callable[[ShopId], Looking]
    queue: Queue
    clock: Clock

    def jobs(self) -> tuple[Job, Job]:
        """Both, for the worker."""
        return Job(ALL, self.every_shop), Job(JOB, self.one_shop)

    def every_shop(self) -> None:
        """Queue each connected shop."""
        with self.open_batch() as session, session.begin():
            for shop in shops.connected(session):
                request(session, self.queue, ShopId(shop.id))

    def one_shop(self, *, shop_id: int) -> None:
        """Ask for each discount once, outside of any transaction, and keep what it gives."""
        with self.open_session(ShopId(shop_id)) as session:
            with session.begin():
                gids = drift.nodes(session)
            if gids:
                looking = self.looking(ShopId(shop_id))
                for gid in gids:
                    self._look(session, looking, gid)

    def _look(self, session: ShopSession, looking: Looking, gid: str) -> None:
        seen = looking.look(gid)
        with session.begin():
            self._note(session, gid, seen)
            ours = drift.codes_there(session, gid)
        if seen is not None and seen.codes != len(ours):
            self._count(session, gid, frozenset(ours), looking)

    def _count(self, session: ShopSession, gid: str, ours: frozenset[str], looking: Looking) -> None:
        """Codes that were taken away while no webhook came: asked for one by one, because the count differs.

        Codes there that are not ours are the merchant's own and stay.
        """
        missing = ours.difference(looking.codes(gid))
        with session.begin():
            drift.codes_removed(session, session.shop_id, missing, REMOVED, self.clock.now())

    def _note(self, session: ShopSession, gid: str, seen: Seen | None) -> None:
        if seen is not None:
            drift.note(session, gid, seen.gives, self.clock.now())
        elif not drift.carries_codes(session, gid):
            drift.forget(session, gid)
        elif (program_id := drift.write_again(session, gid)) is not None:
            # Writing into what is gone is refused, and that run says of each code why it does not work.
            issue_code.request(session, self.queue, program_id)
