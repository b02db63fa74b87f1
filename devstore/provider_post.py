"""How a pretend payment provider tells the app: in order and once, unless a test holds, doubles or turns the notices."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

SECONDS = 5


@dataclass
class PostSwitches:
    """hold: keep notices until `deliver`. duplicate_next: send so many twice. path: where at the app.

    secret: what they are signed with, or the webhook's id at PayPal.
    """

    hold: bool = False
    duplicate_next: int = 0
    path: str = "/"
    secret: str = ""


@dataclass
class Notice:
    """One event and the answers of the app: a status, or `unreachable`."""

    id: str
    type: str
    body: bytes
    answers: list[int | str] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """For the control API."""
        return {"id": self.id, "type": self.type, "answers": self.answers, "body": self.body.decode()}


class Post:
    """The notices of one provider. `headers` signs a body at the moment it leaves."""

    def __init__(
        self, url: Callable[[], str], headers: Callable[[Notice], dict[str, str]], switches: PostSwitches
    ) -> None:
        self.switches = switches
        self.log: list[Notice] = []
        self.held: list[Notice] = []
        self._url = url
        self._headers = headers
        self._queue: queue.Queue[Notice] = queue.Queue()
        self._thread: threading.Thread | None = None

    def add(self, notice: Notice) -> None:
        """Send it soon, or keep it while notices are held. Does not wait."""
        self.log.append(notice)
        if self.switches.hold:
            self.held.append(notice)
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()
        self._queue.put(notice)

    def deliver(self, *, turned: bool = False, copies: int = 1) -> list[Notice]:
        """Send what was held, newest first if `turned`, each so many times; returns after the last answer."""
        sent, self.held = self.held, []
        for notice in sent[::-1] if turned else sent:
            for _ in range(copies):
                self.send(notice)
        return sent

    def again(self, notice_id: str) -> list[Notice]:
        """Send an old notice once more."""
        found = [one for one in self.log if one.id == notice_id]
        for notice in found:
            self.send(notice)
        return found

    def settle(self) -> None:
        """Wait until everything that was not held has been answered."""
        self._queue.join()

    def clear(self) -> None:
        """Forget what was sent and what was held."""
        self.log.clear()
        self.held.clear()

    def send(self, notice: Notice) -> None:
        """One delivery, its answer noted."""
        try:
            answer = requests.post(
                self._url() + self.switches.path,
                data=notice.body,
                headers=self._headers(notice) | {"Content-Type": "application/json"},
                timeout=SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException:
            notice.answers.append("unreachable")
        else:
            notice.answers.append(answer.status_code)

    def _work(self) -> None:
        while True:
            notice = self._queue.get()
            self.send(notice)
            if self.switches.duplicate_next > 0:
                self.switches.duplicate_next -= 1
                self.send(notice)
            self._queue.task_done()
