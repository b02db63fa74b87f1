"""Where links lead, in memory: the database is asked behind the shopper's back, and may be away.

Newly asked for, a link is looked up; known, it is answered from memory at once and looked up again
behind it when that was more than a few seconds ago. A file beside the spool keeps what was ever known here,
so that a restart while the database is away still leads shoppers to the shop.
"""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import msgspec

from app.kernel.errors import Retriable
from app.tracking.destination import Target, step
from app.web.go.kept import KeptLinks

FRESH_SECONDS = 5.0
"""How long a changed link may still lead to its old page."""
AWAY_SECONDS = 1.0
"""How long a database that did not answer is left alone: each look waits for it, and holds a thread of the server."""
MOST = 50_000
"""Links held in memory, the most recently used ones; about 1 KiB each."""
MOST_UNKNOWN = 10_000
"""Slugs remembered as leading nowhere, so that made-up ones do not reach the database again and again."""
_HOLE = "-" * 48

Find = Callable[[str], Target | None]
"""Asks the database. Raises Retriable while it is away."""


class Known(msgspec.Struct):
    """A link as the redirect needs it: the address on both sides of the token, ready made."""

    target: Target
    before: str
    after: str
    seen_at: float
    """By the monotonic clock: when the database last said so."""


class Away(Retriable):
    """The database did not answer a moment ago and was not asked again."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"The link {slug!r} is not looked up: the database was away less than a second ago.")


class LinkBook:
    """What each slug leads to. Any number of threads may ask."""

    def __init__(self, find: Find, kept: KeptLinks, monotonic: Callable[[], float]) -> None:
        self._find = find
        self._monotonic = monotonic
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._unknown: OrderedDict[str, float] = OrderedDict()
        self._guard = Lock()
        self._asked: set[str] = set()
        self._away_until = monotonic()
        self._behind = ThreadPoolExecutor(1, thread_name_prefix="links")
        self._kept = kept

    def get(self, slug: str) -> Known | None:
        """The link; None when it leads nowhere. Raises Retriable when that cannot be said just now."""
        known = self._known.get(slug)
        if known is None:
            return self._meet(slug)
        if self._monotonic() - known.seen_at > FRESH_SECONDS:
            self._look_again(slug)
        return known

    def close(self) -> None:
        """End the thread behind it."""
        self._behind.shutdown(wait=True, cancel_futures=True)

    def _meet(self, slug: str) -> Known | None:
        until = self._unknown.get(slug)
        if until is not None and self._monotonic() < until:
            return None
        try:
            target = self._ask(slug)
        except Retriable:
            target = self._kept.get(slug)
            if target is None:
                raise
        return self._remember(slug, target)

    def _ask(self, slug: str) -> Target | None:
        if self._monotonic() < self._away_until:
            raise Away(slug)
        try:
            return self._find(slug)
        except Retriable:
            self._away_until = self._monotonic() + AWAY_SECONDS
            raise

    def _look_again(self, slug: str) -> None:
        with self._guard:
            if slug in self._asked:
                return
            self._asked.add(slug)
        self._behind.submit(self._refresh, slug)

    def _refresh(self, slug: str) -> None:
        try:
            self._remember(slug, self._find(slug))
        except Retriable:
            self._put_off(slug)
        finally:
            self._asked.discard(slug)

    def _put_off(self, slug: str) -> None:
        """The database is away: what was known holds on, and is asked about again a little later."""
        if (known := self._known.get(slug)) is not None:
            known.seen_at = self._monotonic()

    def _remember(self, slug: str, target: Target | None) -> Known | None:
        now = self._monotonic()
        with self._guard:
            held = self._known.pop(slug, None)
            if target is None:
                self._unknown[slug] = now + FRESH_SECONDS
                _shorten(self._unknown, MOST_UNKNOWN)
                if held is not None:
                    self._kept.drop(slug)
                return None
            before, _, after = step(target, _HOLE).partition(_HOLE)
            known = self._known[slug] = Known(target, before, after, now)
            _shorten(self._known, MOST)
            if held is None or held.target != target:
                self._kept.put(target)
        return known


def _shorten(held: OrderedDict[str, Any], most: int) -> None:
    while len(held) > most:
        held.popitem(last=False)
