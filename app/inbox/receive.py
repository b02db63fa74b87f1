"""Receiving: an event is safely stored, or its sender is told that it is not."""

from functools import partial

from app.db.driver import Driver
from app.inbox import store
from app.inbox.model import Delivery
from app.kernel.errors import Retriable


class NotStored(Retriable):
    """The event is not in the inbox, as far as we know: its sender must send it again."""

    def __init__(self, delivery: Delivery, why: str) -> None:
        super().__init__(
            f"Event {delivery.webhook_id!r} ({delivery.topic!r} of {delivery.shop_domain!r}) "
            f"was not stored and must be sent again. {why}"
        )


class Receiver:
    """Stores each event in a commit of its own."""

    def __init__(self, database: Driver) -> None:
        self._database = database

    def receive(self, delivery: Delivery) -> None:
        """Return when the event is committed, or was there before. Raises NotStored."""
        try:
            self._database.run(partial(store.receive_batch, deliveries=[delivery]))
        except Retriable as error:
            raise NotStored(delivery, str(error)) from error
