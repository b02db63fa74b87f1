"""The visits before an order, as our own question of them lies in the inbox.

The body is one node of order_journeys.graphql less the visits that name no link. Source: Admin API 2026-10,
CustomerJourneySummary.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import msgspec

from app.orders.model import Journey, PageVisit
from app.shopify.order_answer import Gid
from app.shopify.payloads_parts import BadPayload


class Moment(msgspec.Struct, rename="camel"):
    """A visit; of another moment than a visit only its time is known."""

    occurred_at: Annotated[datetime, msgspec.Meta(tz=True)]
    landing_page: str | None = None


class Moments(msgspec.Struct):
    """Some of them, oldest first."""

    nodes: list[Moment] = []


class Summary(msgspec.Struct, rename="camel"):
    """What Shopify gathers in the background: `ready` says that it is all there."""

    ready: bool
    first_visit: Moment | None = None
    last_visit: Moment | None = None
    moments: Moments = msgspec.field(default_factory=Moments)

    def visits(self) -> tuple[PageVisit, ...]:
        """Each visit once, oldest first."""
        return tuple(sorted(set(self._all())))

    def _all(self) -> Iterator[PageVisit]:
        for moment in (self.first_visit, *self.moments.nodes, self.last_visit):
            if moment is not None and moment.landing_page:
                yield PageVisit(moment.occurred_at, moment.landing_page)


class Answer(Gid, rename="camel"):
    """Of one order; without a summary where it came through no browser."""

    customer_journey_summary: Summary | None = None


class _Told(Gid):
    visits: tuple[PageVisit, ...]


_told = msgspec.json.Decoder(_Told)


def body_of(answer: Answer, visits: tuple[PageVisit, ...]) -> bytes:
    """What goes into the inbox."""
    return msgspec.json.encode(_Told(answer.id, visits), order="sorted")


def journey(body: bytes, told_at: datetime) -> Journey:
    """The visits that Shopify told of at `told_at`. Raises BadPayload."""
    try:
        told = _told.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadPayload("answer about the visits before an order", str(error)) from None
    return Journey(told.number, told_at, told.visits)
