"""`tribute serve`: the app behind granian, in one process that stops when it is asked to, and with its parent.

Any other WSGI server does too: `gunicorn --worker-class gthread --threads 16 app.wsgi:application`.
"""

import importlib
import logging
import os
import signal
import socket
from threading import Thread
from time import sleep
from typing import Any, cast
from wsgiref.types import WSGIApplication

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from app.kernel.errors import Conflict

TARGET = "app.wsgi:application"
THREADS = 16
"""Requests worked on at once. Measured in docs/decisions/0020; a sender that stalls holds one of them."""

WAITING = 256
"""Connections taken on at once; more wait in the kernel's queue until a place is free."""

STOP_SECONDS = 10
"""Given to requests under way when the server is told to stop."""

log = logging.getLogger(__name__)


class PortTaken(Conflict):
    """Somebody else listens there already."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"Cannot listen on {host}:{port} ({why}). Name another port, for example --port {port + 1}."
        )
        self.port = port


def run(host: str, port: int, *, threads: int = THREADS) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way. Port 0 takes any that is free.

    The worker process reads its settings from the environment. Raises PortTaken.
    """
    port = free_port(host, port)
    server = Granian(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        backpressure=WAITING,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig=_logging(),
    )
    server.on_startup(lambda: log.info("Tribute listens on http://%s:%d", host, port))
    server.serve(target_loader=_load)


def free_port(host: str, port: int) -> int:
    """The port, once it is sure that nobody listens on it; for 0 one that is free. Raises PortTaken.

    granian would share the port with another granian (SO_REUSEPORT), and each get half of the requests.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except (OSError, OverflowError) as error:
            raise PortTaken(host, port, getattr(error, "strerror", None) or str(error)) from None
        return int(probe.getsockname()[1])


def _load(target: str) -> WSGIApplication:
    """In the worker process: load the app, and leave when the parent has gone (a SIGKILL tells nobody)."""
    Thread(target=_leave_with_parent, args=(os.getppid(),), daemon=True).start()
    module, name = target.split(":")
    return cast("WSGIApplication", getattr(importlib.import_module(module), name))


def _leave_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def _logging() -> dict[str, Any]:
    """Everything to standard error, one line each, with the time."""
    line = {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {},
    }
