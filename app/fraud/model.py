"""What a detector is given, and what it finds. Pure values.

What a case knows of other orders is of those placed before it, by (placed_at, order id), never of
those that merely arrived before it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

WINDOW_DAYS = 35
"""How far back a detector looks at other orders: 28 days of history and the week after them."""
HISTORY_DAYS, WEEK_DAYS = 28, 7
HOURS_OF_A_DAY = 24

Limits = Mapping[str, int]
"""A detector's thresholds, by name."""


class Shared(msgspec.Struct, frozen=True, omit_defaults=True):
    """Earlier orders that have a trace in common with this one."""

    own: int = 0
    """Placed by the creator themself, with any code or none."""
    others: int = 0
    """Placed with this code by other shoppers."""


class Uses(msgspec.Struct, frozen=True, omit_defaults=True):
    """Orders with one code up to a moment; the order in question is the last of them."""

    day: int = 0
    """In the last 24 hours."""
    history: int = 0
    """In the 28 days that ended a week ago."""
    history_hours: int = 0
    """How many hours of those 28 days the code was in use."""
    busiest_day: int = 0
    """The most orders within 24 hours during those days."""
    week: int = 0
    """In the last 7 days. What follows is of these."""
    week_clicked: int = 0
    """After a click that was recorded."""
    week_referred: int = 0
    """With a known referrer."""
    week_coupon: int = 0
    """Whose referrer is a coupon site or an extension."""
    week_known: int = 0
    """Of which we know whether the customer was new."""
    week_returning: int = 0
    """Of customers who had bought before."""
    week_tried: int = 0
    """Whose shopper had tried several codes."""


class Case(msgspec.Struct, frozen=True, omit_defaults=True):
    """One order and one creator credited with it, as the detectors see them."""

    creator: str
    """Handle."""
    code: str | None = None
    """The creator's code on the order, as the shopper typed it; None when a click brought it."""
    ip: Shared = Shared()
    """Within 24 hours."""
    address: Shared = Shared()
    phone: Shared = Shared()
    """Both within the window."""
    creator_domain: str | None = None
    """Of the creator's own e-mail."""
    same_domain: bool = False
    """Whether the shopper's e-mail has it too."""
    disposable_email: bool = False
    """Whether the shopper's address is of a service for throw-away addresses."""
    landing: str | None = None
    """Path and query of the first page of the visit."""
    referrer: str | None = None
    """Where the visit came from: an address or a host."""
    click_landings: tuple[str, ...] = ()
    """Landing pages of this creator's clicks by this shopper."""
    clicks_recorded: bool = False
    """Whether clicks on this creator's links were recorded at all in the last week."""
    has_click: bool = False
    codes_tried: int = 0
    """Discount codes that the shopper tried in this checkout, as far as we know."""
    uses: Uses = Uses()
    coupon_sites: frozenset[str] = frozenset()
    """Hosts that the merchant counts as coupon sites besides ours."""


class Finding(msgspec.Struct, frozen=True):
    """Why a human should look, in words, and the numbers behind it."""

    detector: str
    reason: str
    numbers: dict[str, str] = {}


@dataclass(frozen=True)
class Threshold:
    """One number of a detector that a merchant may set."""

    name: str
    usual: int
    lowest: int
    highest: int
    help: str


Detect = Callable[[Case, Limits], Finding | None]


@dataclass(frozen=True)
class Detector:
    """One reason for a human to look."""

    label: str
    help: str
    detect: Detect
    thresholds: tuple[Threshold, ...] = ()
    is_usual: bool = True
    """Whether a shop that set nothing has it switched on."""

    def usual(self) -> dict[str, int]:
        """The thresholds of a shop that set nothing."""
        return {threshold.name: threshold.usual for threshold in self.thresholds}
