"""Writers of clicks and the loader of clicks, killed again and again in the middle of their work."""

import os
import random
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

from sqlalchemy.engine import URL, make_url

from app.flows.load_clicks import load_all
from app.kernel.clock import SystemClock
from app.tracking.destination import Target
from app.tracking.token import LENGTH, click_id
from app.web.go.book import LinkBook
from app.web.go.kept import KeptLinks
from app.web.go.redirect import Redirect
from app.web.go.ticking import TickingSpool
from bench.stage import wiring

THREADS = 3
PAUSE_SECONDS = 0.005
LONGEST_LIFE = 0.25
"""Seconds from a process's first word to its death, at most."""
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
_processes = get_context("forkserver")
_processes.set_forkserver_preload(
    [__name__]
)  # Else each that is begun anew would first import the app for seconds.


def take(telling: Connection, folder: Path, link: tuple[int, int], name: str) -> None:
    """The real route over the real spool, until killed. A token is told once the answer is under way."""
    clock, target = SystemClock(), Target(*link, "mara", "https://lumen.myshopify.com", "/", "instagram")
    book = LinkBook(lambda _: target, KeptLinks(folder / "links.jsonl"), monotonic)
    spool = TickingSpool(folder, clock).spool
    route = Redirect(book=book, spool=spool, secret_keys=["k" * 44], clock=clock)

    def answer(_: str, headers: Any, __: Any = None) -> Callable[[bytes], object]:
        token = dict(headers)["Location"].partition("tribute_click=")[2][:LENGTH]
        os.write(telling.fileno(), f"{token}\n".encode())
        return bytes

    def follow(thread: int) -> None:
        number = 0
        while True:
            number += 1
            address = f"{name}-{thread}-{number // 2}"
            asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/r/mara", "REMOTE_ADDR": address}
            route(asked | {"HTTP_USER_AGENT": PHONE}, answer)
            Event().wait(PAUSE_SECONDS)

    for thread in range(THREADS):
        Thread(target=follow, args=(thread,)).start()
    Event().wait()


def load(telling: Connection, folder: Path, address: str) -> None:
    """The worker's loop, until killed."""
    wired = wiring(make_url(address))
    while True:
        os.write(telling.fileno(), b"%d\n" % load_all(wired.batch_session, folder))
        Event().wait(PAUSE_SECONDS)


class Killed:
    """A process that is killed in the middle of its work, and what it had said until then."""

    def __init__(self, work: Callable[..., None], *given: object) -> None:
        self._hearing, telling = _processes.Pipe(duplex=False)
        self._process = _processes.Process(target=work, args=(telling, *given))
        self._process.start()
        telling.close()
        self._said: list[bytes] = []
        self._works = Event()
        self._listening = Thread(target=self._listen)
        self._listening.start()

    def kill(self, after: float) -> list[str]:
        """SIGKILL, so many seconds after its first word; all that it said."""
        if not self._works.wait(60):
            raise SystemExit(f"{self._process} never began.")
        Event().wait(after)
        self._process.kill()
        self._listening.join()
        self._process.join()
        self._process.close()
        return [said.decode() for said in self._said]

    def _listen(self) -> None:
        with os.fdopen(os.dup(self._hearing.fileno()), "rb") as lines, self._hearing:
            for line in lines:
                self._said.append(line)
                self._works.set()


def kill_again_and_again(folder: Path, url: URL, link: tuple[int, int], kills: int) -> Sequence[int]:
    """The numbers of all clicks that were acknowledged. `link`: shop and link. Every fifth kill hits the loader.

    Two writers and a loader are at work all the time; one after another is killed somewhere in its first quarter of a
    second and another takes its place. What the last ones wrote waits in the folder afterwards.
    """
    chance = random.Random(4)
    address = url.render_as_string(hide_password=False)
    writers = deque(Killed(take, folder, link, f"writer {n}") for n in range(2))
    loading, told = Killed(load, folder, address), list[str]()
    for number in range(kills):
        after = chance.uniform(0, LONGEST_LIFE)
        if number % 5 == 4:
            loading.kill(after)
            loading = Killed(load, folder, address)
        else:
            told += writers.popleft().kill(after)
            writers.append(Killed(take, folder, link, f"writer {number + 2}"))
    loading.kill(0)
    for one in writers:
        told += one.kill(0)
    return [found for token in told if (found := click_id(token.strip())) is not None]
