"""Receiving: an event is safely stored, or its sender is told that it is not."""

from collections.abc import Sequence
from functools import partial

from app.db.driver import Driver
from app.inbox import store
from app.inbox.group_commit import GroupCommit
from app.inbox.model import Delivery
from app.kernel.errors import Retriable

MOST_WAITING = 64
"""Events held in memory for a commit: more than the server has threads, so it only speaks up elsewhere."""


class NotStored(Retriable):
    """The event is not in the inbox, as far as we know: its sender must send it again."""

    def __init__(self, delivery: Delivery, why: str) -> None:
        super().__init__(
            f"Event {delivery.webhook_id!r} ({delivery.topic!r} of {delivery.shop_domain!r}) "
            f"was not stored and must be sent again. {why}"
        )


class Receiver:
    """Stores events durably, those that arrive at the same moment in one commit."""

    def __init__(self, database: Driver) -> None:
        self._database = database
        self._group = GroupCommit(self._store, size_of=_size, most_waiting=MOST_WAITING)

    def receive(self, delivery: Delivery) -> None:
        """Return when the event is committed, or was there before. Raises NotStored."""
        try:
            self._group.put(delivery)
        except Retriable as error:
            raise NotStored(delivery, str(error)) from error

    def _store(self, deliveries: Sequence[Delivery]) -> None:
        self._database.run(partial(store.receive_batch, deliveries=deliveries))


def _size(delivery: Delivery) -> int:
    return len(delivery.body)
