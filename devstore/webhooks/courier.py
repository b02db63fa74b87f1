"""Carries events to the app in the background: signed, 5 s, only 2xx is success, 8 more tries with the same body.

Shopify's spacing (4 hours) is shortened by the switches. One thread by default, so that a quiet run is in order.
"""

import json
import random
import threading
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

import requests

from devstore.jsonbody import to_json
from devstore.state import Event, State, Subscription
from devstore.webhooks.sign import classic, lower_case

OK = range(200, 300)
FAILURES_THAT_UNSUBSCRIBE = 8


@dataclass
class Delivery:
    """One event on its way to one address. `answers` holds a status or a word per try: dropped, timeout, refused."""

    webhook_id: str
    event: Event
    subscription: Subscription
    due: float
    status: str = "queued"
    answers: list[int | str] = field(default_factory=list)
    copy: bool = False


class Courier:
    """The queue of deliveries and the threads that send them. `log` keeps every delivery ever queued."""

    def __init__(self, state: State, workers: int = 1) -> None:
        self.state = state
        self.log: list[Delivery] = []
        self._waiting: list[Delivery] = []
        self._flying = 0
        self._changed = threading.Condition()
        self._die = random.Random(state.switches.delivery.seed)
        self._ending = False
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]

    def start(self) -> None:
        """Listen to the state and begin to send."""
        self.state.listener = self.queue
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Send nothing more; wait for what is in the air."""
        self.state.listener = None
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=10)

    def queue(self, event: Event) -> None:
        """One delivery for each subscription to the topic. Called under the state's lock: does not wait."""
        for subscription in (*self.state.app.subscriptions, *self.state.subscriptions):
            mine = subscription.shop_domain in {None, event.shop_domain}
            if subscription.topic == event.topic and mine:
                self._add(
                    Delivery(
                        self.state.next_uuid("webhook"), _only(event, subscription), subscription, self._due()
                    )
                )

    def wake(self) -> None:
        """The switches changed: look again."""
        with self._changed:
            self._changed.notify_all()

    def settle(self, timeout: float = 30) -> bool:
        """Wait until nothing is queued or in the air; False when that took too long or the courier is paused."""
        end = time.monotonic() + timeout
        with self._changed:
            while self._waiting or self._flying:
                left = end - time.monotonic()
                if left <= 0 or self.state.switches.delivery.paused:
                    return False
                self._changed.wait(min(left, 0.2))
            return True

    def counts(self) -> dict[str, int]:
        """How many deliveries are in which state."""
        with self._changed:
            found: dict[str, int] = {}
            for one in self.log:
                found[one.status] = found.get(one.status, 0) + 1
            return found

    def clear(self) -> None:
        """Forget the log and whatever is queued."""
        with self._changed:
            self.log.clear()
            self._waiting.clear()
            self._changed.notify_all()

    def _due(self) -> float:
        return time.monotonic() + self.state.switches.delivery.delay_seconds

    def _add(self, delivery: Delivery) -> None:
        with self._changed:
            self.log.append(delivery)
            self._waiting.append(delivery)
            self._changed.notify()

    def _work(self) -> None:
        with requests.Session() as session:
            while (delivery := self._take()) is not None:
                answer = self._send(session, delivery)
                self._note(delivery, answer)

    def _take(self) -> Delivery | None:
        with self._changed:
            while not self._ending:
                switches = self.state.switches.delivery
                ready = [] if switches.paused else [d for d in self._waiting if d.due <= time.monotonic()]
                if ready:
                    chosen = self._die.choice(ready) if switches.shuffle else ready[0]
                    self._waiting.remove(chosen)
                    self._flying += 1
                    return chosen
                soonest = min((d.due for d in self._waiting), default=time.monotonic() + 1)
                self._changed.wait(max(0.001, min(1.0, soonest - time.monotonic())))
            return None

    def _send(self, session: requests.Session, delivery: Delivery) -> int | str:
        switches = self.state.switches.delivery
        if switches.drop_next > 0 or self._die.random() < switches.drop_share:
            switches.drop_next = max(0, switches.drop_next - 1)
            return "dropped"
        try:
            answer = session.post(
                urljoin(self.state.app.url, delivery.subscription.uri),
                data=delivery.event.body,
                headers=self._headers(delivery),
                timeout=(1.0, switches.timeout_seconds),
                allow_redirects=False,
            )
        except requests.Timeout:
            return "timeout"
        except requests.RequestException:
            return "refused"
        return answer.status_code

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        app = self.state.app
        family = lower_case if self.state.switches.delivery.lower_case else classic
        return family(
            delivery.event,
            delivery.subscription,
            secret=delivery.event.secret or app.client_secret,
            version=app.api_version,
            webhook_id=delivery.webhook_id,
        )

    def _note(self, delivery: Delivery, answer: int | str) -> None:
        switches = self.state.switches.delivery
        with self._changed:
            self._flying -= 1
            delivery.answers.append(answer)
            if isinstance(answer, int) and answer in OK:
                delivery.status = "delivered"
                self._maybe_repeat(delivery)
            elif (answer == "dropped" and switches.lose_for_good) or len(delivery.answers) > switches.retries:
                delivery.status = "lost" if answer == "dropped" else "failed"
                self._maybe_unsubscribe(delivery)
            else:
                waits = switches.backoff_seconds
                delivery.due = time.monotonic() + waits[min(len(delivery.answers), len(waits)) - 1]
                self._waiting.append(delivery)
            self._changed.notify_all()

    def _maybe_repeat(self, delivery: Delivery) -> None:
        switches = self.state.switches.delivery
        if delivery.copy or not (
            switches.duplicate_next > 0 or self._die.random() < switches.duplicate_share
        ):
            return
        switches.duplicate_next = max(0, switches.duplicate_next - 1)
        again = Delivery(delivery.webhook_id, delivery.event, delivery.subscription, self._due(), copy=True)
        self.log.append(again)
        self._waiting.append(again)

    def _maybe_unsubscribe(self, delivery: Delivery) -> None:
        # Shopify deletes a subscription made by the Admin API after 8 failures in a row; one of the toml stays.
        if delivery.subscription.id is not None and len(delivery.answers) >= FAILURES_THAT_UNSUBSCRIBE:
            self.state.subscriptions = [
                s for s in self.state.subscriptions if s.id != delivery.subscription.id
            ]


def _only(event: Event, subscription: Subscription) -> Event:
    """The event with the fields that the subscription includes."""
    if not subscription.include_fields:
        return event
    body: dict[str, Any] = json.loads(event.body, parse_float=Decimal)
    kept = {key: value for key, value in body.items() if key in subscription.include_fields}
    return Event(
        event.shop_domain, event.topic, to_json(kept), event.event_id, event.triggered_at, event.secret
    )
