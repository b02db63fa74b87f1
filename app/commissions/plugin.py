"""What a kind of rule and a kind of condition are: the contract of the files in rules/ and conditions/."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Protocol, runtime_checkable

from app.commissions.sale import Before, LineShare, Sale
from app.kernel.fields import Field


class Role(StrEnum):
    """What a kind of rule does in an offer."""

    LINES = "lines"
    """Earns on the lines that it wins."""
    EXTRA = "extra"
    """Adds an amount to an order."""
    SECOND = "second"
    """Pays who recruited the creator."""
    GATE = "gate"
    """Says whether an order earns at all."""
    CAP = "cap"
    """Cuts the sum."""
    AWARD = "award"
    """Pays for something that is no order."""


class Described(Protocol):
    """What every kind of rule and condition says of itself, for the form, the reader and the docs."""

    LABEL: ClassVar[str]
    SAYS: ClassVar[str]
    """Its part of a sentence, with fields in braces; what stands in brackets needs all of its fields.

    May be missing: then it is named with its values."""
    HELP: ClassVar[str]
    FIELDS: ClassVar[tuple[Field, ...]]


class Rule(Described, Protocol):
    """A kind of rule: one file in commissions/rules, a frozen struct of its parameters."""

    ROLE: ClassVar[Role]


class LineRule(Rule, Protocol):
    """How lines earn."""

    TAKES_SHIPPING: ClassVar[bool]
    """Whether it prices shipping, where shipping counts. A fixed amount does not."""

    def rate(self, sale: Sale) -> str:
        """What explain shows beside a line: a fraction such as 0.12, or a fixed amount."""

    def earn(self, sale: Sale) -> Sequence[int]:
        """Commission of each line of the sale, in minor units. 0 for a line of which nothing is left."""

    def most(self) -> Decimal:
        """The largest fraction of the base that it can pay; 0 where it pays fixed amounts."""

    def reached(self, sale: Sale) -> str | None:
        """What a counter stood at, in a sentence; None where nothing is counted."""


@runtime_checkable
class RatedRule(LineRule, Protocol):
    """A line rule that pays a fraction of each line's base, the same for all lines that it wins of an order."""

    def ladder(self) -> tuple[tuple[int, Decimal], ...]:
        """(from, fraction) of each step, ascending from 0: `checks.reached` finds the one that holds."""

    def climbed(self, value_minor: int, before: Before) -> int:
        """How far up an order is that is worth so much as placed, when that came before it."""


class ExtraRule(Rule, Protocol):
    """An amount that an order adds."""

    def adds(self, sale: Sale) -> tuple[int, str] | None:
        """(minor units as placed, why in a sentence), or None when this order adds nothing."""

    def rate(self, sale: Sale) -> str:
        """What explain shows beside it."""


class Condition(Described, Protocol):
    """When a rule holds: one file in commissions/conditions."""

    RANK: ClassVar[int]
    """How specific it is about a line, 0 when it asks of the order: variant > product > collection > ..."""

    def holds(self, sale: Sale, line: LineShare) -> bool:
        """Whether it holds for this line of this sale."""

    def why(self) -> str:
        """What it asks for, in words."""
