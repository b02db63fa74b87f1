"""Keep bodies that are older than a month compressed. A job of every night, in portions; safe to run again."""

from collections.abc import Callable
from datetime import timedelta

from app.db.session import PlatformSession
from app.inbox import store as inbox
from app.kernel.clock import Clock

JOB = "inbox.pack"
AFTER = timedelta(days=30)
"""Until then a body is likely to be looked at: retries, questions, requests about customers."""
PORTION = 200


class PackBodies:
    """The job `inbox.pack`."""

    def __init__(self, open_platform: Callable[[], PlatformSession], clock: Clock) -> None:
        self._open = open_platform
        self._clock = clock

    def __call__(self) -> None:
        """Pack until nothing that is old enough is left, each portion in a transaction of its own."""
        before = self._clock.now() - AFTER
        packed = PORTION
        with self._open() as session:
            while packed:
                with session.begin():
                    packed = inbox.pack_older(session, before, PORTION)
