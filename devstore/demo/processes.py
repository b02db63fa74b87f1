"""The app as the demo sees it: a command line and a web address, nothing more."""

import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

READY_SECONDS = 60
STOP_SECONDS = 15
TRIBUTE = str(Path(sys.executable).with_name("tribute"))


class DemoError(Exception):
    """Why the demo cannot go on, in a sentence."""


class App:
    """The app's processes: `tribute serve` and `tribute worker`, ended with the block."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self._environment = environment
        self._port = port
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def start(self) -> None:
        """Migrate, then serve and work; returns when the app says it is ready."""
        self.run("migrate")
        self._running["serve"] = self._spawn("serve", "--port", str(self._port))
        self._running["worker"] = self._spawn("worker")
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            self.raise_if_gone()
            if time.monotonic() > deadline:
                raise DemoError(
                    f"The app did not get ready within {READY_SECONDS} seconds; its log is above."
                )
            time.sleep(0.1)

    def run(self, *words: str) -> str:
        """One `tribute` command to its end; what it printed. Raises DemoError with what it said."""
        done = subprocess.run(  # noqa: S603  # our own command, no shell
            [TRIBUTE, *words], env=self._environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise DemoError(f"`tribute {' '.join(words)}` said: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def raise_if_gone(self) -> None:
        """Say so when one of the processes has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise DemoError(f"`tribute {name}` ended by itself with exit code {process.returncode}.")

    def _spawn(self, *words: str) -> "subprocess.Popen[bytes]":
        # A session of its own: Ctrl-C reaches the demo alone, which then ends its children in order.
        return subprocess.Popen([TRIBUTE, *words], env=self._environment, start_new_session=True)  # noqa: S603

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self._port}/readyz", timeout=2).ok
        except requests.ConnectionError:
            return False
