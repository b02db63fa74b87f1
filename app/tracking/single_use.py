"""Codes that work once: what they look like, and what limits how many one visitor gets. Pure.

Decision 0080 says why a discount with a limit of one use for each code carries them.
"""

from datetime import datetime, timedelta
from secrets import choice
from typing import NamedTuple

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without signs that are read as others, and without U: nobody's code becomes a word."""
LENGTH = 10
"""Thirty letters ten times: a guess hits one of a million codes once in 590 million tries."""
MOST_OF_ADDRESS = 20
"""New codes of one program for one address and day; whoever comes after that is treated as if none were left."""
WITHIN = timedelta(minutes=10)
"""A click asks for its code at once; a token that is older was kept by somebody."""


class Visitor(NamedTuple):
    """Who asks for a code, as far as that is known: nothing of it tells who it is."""

    link_id: int
    click_id: int
    prints: tuple[str, str]
    """Digests of the browser and its address, under today's key and yesterday's."""
    senders: tuple[str, str]
    """Digests of the address alone, likewise."""


class Pool(NamedTuple):
    """How many codes a program has in each state."""

    left: int
    """Ready to be handed out."""
    on_the_way: int
    handed: int
    """To shoppers, ever."""
    used: int
    expired: int
    """Handed out, never used, and taken out of Shopify."""
    refusal: str | None = None
    """Why Shopify refused the newest terms, in its words."""


def a_code() -> str:
    """A code that nobody can guess."""
    return "".join(choice(LETTERS) for _ in range(LENGTH))


def is_fresh(clicked_at: datetime, now: datetime) -> bool:
    """Whether the click may still ask for a code. Two machines' clocks may differ by a little."""
    return abs(now - clicked_at) <= WITHIN
