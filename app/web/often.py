"""How often one sender may ask, counted in memory, for the routes that must stay fast.

The library that other routes use starts a thread for its housekeeping every ten milliseconds and looks at every sender
in it: that was about half of what a click by name cost (docs/decisions/0086).
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic as since_start

MOST = 30_000
"""Senders of one generation, about 250 bytes each; with more, those that ask seldom are forgotten early."""


class Often:
    """So many requests of one sender in so many seconds, from its first one on. Any number of threads may ask."""

    def __init__(
        self, requests: int, seconds: float, *, monotonic: Callable[[], float] = since_start, most: int = MOST
    ) -> None:
        self._requests, self._seconds, self._monotonic, self._most = requests, seconds, monotonic, most
        self._held: dict[str, tuple[float, int]] = {}
        """Sender to (when its time is over, requests till now)."""
        self._before: dict[str, tuple[float, int]] = {}
        """The generation before: whoever asks again moves over, so a sender that hammers is never forgotten."""
        self._next_at = monotonic() + seconds
        self._guard = Lock()

    def allows(self, sender: str) -> bool:
        """Count one request of the sender; False when it is one too many."""
        now = self._monotonic()
        with self._guard:
            if now >= self._next_at or len(self._held) >= self._most:
                self._before, self._held, self._next_at = self._held, {}, now + self._seconds
            until, count = self._held.get(sender) or self._before.get(sender) or (0.0, 0)
            if now >= until:
                until, count = now + self._seconds, 0
            self._held[sender] = (until, count + 1)
        return count < self._requests
