"""One creator's part of one order, as rules and conditions see it. Values only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import msgspec


class Goods(msgspec.Struct, frozen=True):
    """What the catalogue said of a line's product when the order was placed."""

    collections: frozenset[str] = frozenset()
    """Shopify's numbers."""
    tags: frozenset[str] = frozenset()
    """Folded."""
    vendor: str | None = None
    """Folded."""


UNKNOWN_GOODS = Goods()


class LineShare(msgspec.Struct, frozen=True):
    """One creator's share of one line. Amounts: shop currency, minor units."""

    line_id: int
    title: str
    placed_minor: int
    """Of the base as placed."""
    current_minor: int
    """Of the base that still stands."""
    ordered: int
    remaining: int
    product_id: int | None = None
    variant_id: int | None = None
    goods: Goods = UNKNOWN_GOODS
    is_shipping: bool = False
    excluded: str | None = None
    """Why the offer leaves it out of the base; None: it counts."""

    def as_placed(self) -> "LineShare":
        """The same before anything came back."""
        if self.remaining == self.ordered and self.current_minor == self.placed_minor:
            return self
        return msgspec.structs.replace(self, current_minor=self.placed_minor, remaining=self.ordered)


class Count(msgspec.Struct, frozen=True):
    """A creator's orders in a program before an order, each as placed."""

    orders: int = 0
    net_minor: int = 0


class Spent(msgspec.Struct, frozen=True):
    """Commission as placed and after caps, of the orders before an order. Minor units."""

    day: int = 0
    month: int = 0
    creator: int = 0
    program: int = 0


class Before(msgspec.Struct, frozen=True):
    """What counters stood at before an order: over orders by (placed_at, order id), never by arrival."""

    ever: Count = Count()
    month: Count = Count()
    """Of the month of the shop's zone in which the order was placed."""
    spent: Spent = Spent()


class Shopper(msgspec.Struct, frozen=True):
    """What is known of the customer's earlier orders, by pseudonym."""

    orders: int = 0
    """How many were placed before, by anybody's evidence."""
    renewals: int = 0
    """How many of those were renewals of a subscription."""
    first_at: datetime | None = None
    """When the first order of theirs was placed; None when this is the first."""


class About(msgspec.Struct, frozen=True):
    """What conditions ask of the order as a whole."""

    value_minor: int = 0
    """The base of the whole order as placed, whoever is credited."""
    placed_at: datetime | None = None
    country: str | None = None
    """Two capitals, of the shipping address."""
    channel: str = "web"
    """web, pos, draft, or an app's number."""
    evidence: str = "code"
    """The kind of evidence that won."""
    token: str = ""
    """Its code or slug, folded."""
    customer: str | None = None
    """new, returning; None: nobody knows who bought."""
    is_renewal: bool = False
    shopper: Shopper = Shopper()
    before: Before = Before()


class Sale(msgspec.Struct, frozen=True):
    """One creator's part of one order, as a rule sees it."""

    currency: str
    lines: tuple[LineShare, ...]
    weights: tuple[Decimal, ...]
    """Of everybody who is credited, in rank order: a fixed amount is split by them."""
    rank: int
    """Which of them this creator is."""
    about: About = About()

    @property
    def placed_minor(self) -> int:
        """This creator's share of the base as placed."""
        return sum(line.placed_minor for line in self.lines)

    def of(self, lines: Sequence[LineShare]) -> "Sale":
        """The same sale with these lines only."""
        return Sale(self.currency, tuple(lines), self.weights, self.rank, self.about)

    def as_placed(self) -> "Sale":
        """The same sale before anything came back."""
        lines = tuple(line.as_placed() for line in self.lines)
        return self if all(a is b for a, b in zip(lines, self.lines, strict=True)) else self.of(lines)


class Recruiter(msgspec.Struct, frozen=True):
    """Who recruited a creator into the program."""

    enrollment_id: int
    creator_id: int


class Counters(Protocol):
    """What earlier orders add up to, at one order."""

    def before(self, program_id: int, creator_id: int) -> Before:
        """The counters of that creator in that program."""


class Known(msgspec.Struct, frozen=True):
    """What is known of an order beyond its own body and its credits."""

    country: str | None = None
    shopper: Shopper | None = None
    """None: nobody knows who bought, or no offer asks."""
    goods: Mapping[int, Goods] = {}
    """By product."""
    recruiters: Mapping[int, Recruiter] = {}
    """By enrollment of the creator who was recruited; of those who could earn when the order was placed."""
    shipping: tuple[int, int] | None = None
    """(as placed, what still stands) of shipping without contained tax; None: no offer asks."""
    counters: Counters | None = None
    """None: no offer of the batch counts anything."""


NOTHING_ELSE = Known()
