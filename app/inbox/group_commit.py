"""Group commit: what waits at the same moment is stored by one statement and one commit.

The first thread that finds nobody storing leads: it takes all that wait, its own included, stores
them, and hands the lead to one of those that came meanwhile. Nobody waits for company: a thread
that is alone stores its own at once. Measured in docs/decisions/0020.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from app.db.driver import Rejected
from app.kernel.errors import Retriable

T = TypeVar("T")

LARGEST_GROUP = 32
"""Rows of one statement. Beyond it a group gains nothing and only makes its members wait."""

LARGEST_BYTES = 8 * 1024 * 1024
"""Of one group, so that a few of the largest bodies don't add up to an outsized statement."""


class TooManyWaiting(Retriable):
    """More wait than we promise to hold; the sender is better off asking again."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} others already wait to be stored.")


class Abandoned(Retriable):
    """The thread that led failed in a way nobody foresaw, before this item was known to be stored."""

    def __init__(self) -> None:
        super().__init__("The group it was in was given up.")


class _Ticket(Generic[T]):
    """One waiting item, and the thread that sleeps until somebody has dealt with it."""

    __slots__ = ("_asleep", "error", "item", "leads", "size", "stored")

    def __init__(self, item: T, size: int) -> None:
        self.item = item
        self.size = size
        self.leads = False
        self.stored = False
        """Only ever set after the commit: whatever goes wrong before leaves it False."""
        self.error: Retriable | None = None
        self._asleep = Lock()
        self._asleep.acquire()

    def wake(self) -> None:
        self._asleep.release()

    def sleep(self) -> None:
        self._asleep.acquire()


class GroupCommit(Generic[T]):
    """Stores items handed in by many threads, in groups; each thread learns the fate of its own."""

    def __init__(
        self, store: Callable[[Sequence[T]], object], *, size_of: Callable[[T], int], most_waiting: int
    ) -> None:
        """`store` keeps all or nothing of what it is given, is idempotent, and raises Retriable."""
        self._store = store
        self._size_of = size_of
        self._most_waiting = most_waiting
        self._guard = Lock()
        self._waiting: deque[_Ticket[T]] = deque()
        self._somebody_leads = False

    def put(self, item: T) -> None:
        """Return when the item is committed. Raises Retriable when it is not, as far as is known."""
        ticket = _Ticket(item, self._size_of(item))
        with self._guard:
            if len(self._waiting) >= self._most_waiting:
                raise TooManyWaiting(len(self._waiting))
            self._waiting.append(ticket)
            ticket.leads = not self._somebody_leads
            self._somebody_leads = True
        if not ticket.leads:
            ticket.sleep()
        if ticket.leads:
            self._lead(ticket)
        if not ticket.stored:
            raise ticket.error or Abandoned()

    def _lead(self, own: _Ticket[T]) -> None:
        group = self._take()
        try:
            self._settle(group)
        finally:
            # Whatever happened: nobody sleeps for ever, and the next group has a leader.
            for ticket in group:
                if ticket is not own:
                    ticket.wake()
            self._hand_over()

    def _take(self) -> list[_Ticket[T]]:
        """The oldest that wait, the leader's own first, as many as fit one statement."""
        with self._guard:
            group = [self._waiting.popleft()]
            room = LARGEST_BYTES - group[0].size
            while self._waiting and len(group) < LARGEST_GROUP and self._waiting[0].size <= room:
                group.append(self._waiting.popleft())
                room -= group[-1].size
            return group

    def _hand_over(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].wake()
            else:
                self._somebody_leads = False

    def _settle(self, group: list[_Ticket[T]]) -> None:
        """Store the group. Where its statement is refused, each by itself: one must not fail the others."""
        error = self._attempt(group)
        if isinstance(error, Rejected) and len(group) > 1:
            for ticket in group:
                self._attempt([ticket])

    def _attempt(self, group: list[_Ticket[T]]) -> Retriable | None:
        try:
            self._store([ticket.item for ticket in group])
        except Retriable as error:
            for ticket in group:
                ticket.error = error
            return error
        for ticket in group:
            ticket.stored = True
        return None
