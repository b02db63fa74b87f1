"""How a program decides who brought an order: settings, each kept with the time from which it holds.

An order is credited by what was in force when it was placed, so that a change of mind today moves no
money of yesterday. Pure values; attribution reads them. Source: semantics.md 2.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

import msgspec

from app.kernel.errors import Invalid

WINDOW_DAYS = (1, 365)
LONGEST_BINDING = 3650
"""Days; whoever wants more says for ever."""


class Source(StrEnum):
    """A source of evidence that can be ranked. A human's decision stands before all of them."""

    CODE = "code"
    CLICK = "click"
    BINDING = "binding"


USUAL = (Source.CODE, Source.CLICK, Source.BINDING)


class BadSources(Invalid):
    """An order of sources that misses one, or names one twice."""

    def __init__(self, sources: Sequence[str]) -> None:
        super().__init__(
            f"The order of sources is {', '.join(sources)[:80]!r}; it must name code, click and binding once each."
        )


class BadDays(Invalid):
    """A window or a binding that is too short or too long."""

    def __init__(self, what: str, days: int, least: int, most: int) -> None:
        super().__init__(f"{what} is {days}; it must be between {least} and {most}.")


class Crediting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One state of the settings. Raises BadSources, BadDays."""

    model: str = "code_then_last_click"
    """The attribution model that pays."""
    sources: tuple[Source, ...] = USUAL
    """Strongest first."""
    window_days: int = 30
    """How old a click may be to count."""
    binding_days: int | None = 0
    """For how long a customer stays with the creator of their first credited order. 0: not at all. None: for ever."""

    def __post_init__(self) -> None:
        if sorted(self.sources) != sorted(USUAL):
            raise BadSources(self.sources)
        for what, value, least, most in (
            ("window_days", self.window_days, *WINDOW_DAYS),
            ("binding_days", self.binding_days or 0, 0, LONGEST_BINDING),
        ):
            if not least <= value <= most:
                raise BadDays(what, value, least, most)


class Since(msgspec.Struct, frozen=True, array_like=True):
    """Settings, and the instant from which they hold; None is from the beginning."""

    start: datetime | None
    crediting: Crediting


History = tuple[Since, ...]
"""Oldest first; never empty."""


def crediting_at(history: History, at: datetime) -> Crediting:
    """The settings that held then; the first ones before all of them."""
    held = [s for s in history if s.start is None or s.start <= at]
    return (held[-1] if held else history[0]).crediting


@lru_cache(maxsize=4096)
def history_of(window_days: int, changes: str | None) -> History:
    """The history as a row keeps it: null as long as nothing but the window was ever set."""
    if changes is None:
        return (Since(None, Crediting(window_days=window_days)),)
    return msgspec.json.decode(changes, type=History)


class CreditPolicy(StrEnum):
    """When a code on an order is evidence for its creator."""

    ALWAYS = "always"
    ONLY_WITH_CLICK = "only_with_click"
    """When the shopper also came through a link of the same creator."""
    ONLY_IF_WINNER = "only_if_winner"
    """When the same creator would be credited without the code."""


class PolicySince(msgspec.Struct, frozen=True, array_like=True):
    """A code's policy, and the instant from which it holds; None is from the beginning."""

    start: datetime | None
    policy: CreditPolicy


def policy_at(changes: tuple[PolicySince, ...], at: datetime) -> CreditPolicy:
    """The policy that held then; a code that nobody said anything about always counts."""
    held = [c.policy for c in changes if c.start is None or c.start <= at]
    return held[-1] if held else CreditPolicy.ALWAYS
