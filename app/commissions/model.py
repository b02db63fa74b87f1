"""What a rule is given, and what comes of it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import msgspec


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


class Sale(msgspec.Struct, frozen=True):
    """One creator's part of one order, as a rule sees it."""

    currency: str
    lines: tuple[LineShare, ...]
    weights: tuple[Decimal, ...]
    """Of everybody who is credited, in rank order: a fixed amount is split by them."""
    rank: int
    """Which of them this creator is."""


class Rule(Protocol):
    """How lines earn. One kind is one file in commissions/rules: a frozen struct of its parameters."""

    def rate(self) -> str:
        """What explain shows beside a line: a fraction such as 0.12, or a fixed amount."""

    def earn(self, sale: Sale) -> Sequence[int]:
        """Commission of each line of the sale, in minor units. 0 for a line of which nothing is left."""


class LineEarning(msgspec.Struct, frozen=True):
    """The arithmetic of one line, as it is kept and shown."""

    line: int
    title: str
    placed_minor: int
    base_minor: int
    ordered: int
    remaining: int
    rule: str
    rate: str
    commission_minor: int


class Earning(msgspec.Struct, frozen=True):
    """What one creator should earn for one order: a pure function of order, credits and offer."""

    creator_id: int
    enrollment_id: int
    program_id: int
    offer_id: int
    version: int
    weight: Decimal
    gmv_minor: int
    gross_minor: int
    """Net sales as placed."""
    net_minor: int
    """Net sales that still stand."""
    commission_minor: int
    paid_at: datetime | None
    matures_at: datetime | None
    flagged: bool
    lines: tuple[LineEarning, ...]


class Position(msgspec.Struct, frozen=True):
    """What is owed for one order to one creator, by account. Minor units; may be negative."""

    pending: int = 0
    payable: int = 0
