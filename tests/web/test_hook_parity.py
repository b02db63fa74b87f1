"""The hot route keeps the same limits and gives the same errors whatever server stands before it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler
from wsgiref.simple_server import make_server as make_wsgiref_server

import pytest
from sqlalchemy import text
from werkzeug.serving import make_server as make_werkzeug_server

from app.config import Settings
from app.wiring import Wiring
from app.wsgi import Application
from tests.rooms.webhooks import BODY
from tests.web.serving import head, serving, status_of

LENGTH = b"Content-Length: %d\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
TOO_LARGE = 4 * 1024 * 1024 + 1


def chunks(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def statuses(port: int) -> dict[str, int]:
    """Every case that a server could spoil before or after our code sees it."""
    whole = LENGTH % len(BODY)
    return {
        "good": status_of(port, head(webhook_id="good") + whole + BODY),
        "again": status_of(port, head(webhook_id="good") + whole + BODY),
        "in pieces": status_of(port, head(webhook_id="pieces") + whole, BODY[:9], BODY[9:]),
        "no body": status_of(port, head(b"", webhook_id="empty") + LENGTH % 0),
        "wrong signature": status_of(port, head(signature="AAAA") + whole + BODY),
        "no signature": status_of(port, head(signature="") + whole + BODY),
        "GET": status_of(port, head().replace(b"POST", b"GET") + b"\r\n"),
        "cut short": status_of(port, head() + LENGTH % (len(BODY) + 1) + BODY, end=True),
        "length of letters": status_of(port, head() + b"Content-Length: abc\r\n\r\n" + BODY),
        "length below zero": status_of(port, head() + b"Content-Length: -8\r\n\r\n" + BODY),
        "too large": status_of(port, head() + LENGTH % TOO_LARGE),
        "chunked": status_of(port, head(webhook_id="chunked") + CHUNKED + chunks(BODY)),
        "NUL in a header": status_of(port, head(webhook_id="a\x00b") + whole + BODY),
    }


def chunk_without_end(port: int) -> int:
    """A chunk announced larger than we take, of which just too much arrives."""
    return status_of(port, head() + CHUNKED + b"%x\r\n" % (2 * TOO_LARGE), bytes(TOO_LARGE))


EXPECTED = {
    "good": 200,
    "again": 200,
    "in pieces": 200,
    "no body": 200,
    "wrong signature": 401,
    "no signature": 400,
    "GET": 405,
    "cut short": 400,
    "length of letters": 400,
    "length below zero": 400,
    "too large": 413,
    "chunked": 200,
    "NUL in a header": 400,
}
WITHOUT_CHUNKS = {"chunked": 411}
"""wsgiref cannot undo chunked transfer, so a body without a length is refused before anything is read."""


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def in_a_thread(server: object) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever)  # type: ignore[attr-defined]
    thread.start()
    try:
        yield server.server_port  # type: ignore[attr-defined]
    finally:
        server.shutdown()  # type: ignore[attr-defined]
        thread.join()
        server.server_close()  # type: ignore[attr-defined]


def stored(wiring: Wiring) -> list[str]:
    with wiring.engine.connect() as connection:
        return list(connection.execute(text("select webhook_id from inbox order by webhook_id")).scalars())


@pytest.fixture
def app(wiring: Wiring) -> Iterator[Application]:
    application = Application(wiring)
    yield application
    application.close()


def test_granian_keeps_our_limits_and_errors(settings: Settings, wiring: Wiring) -> None:
    with serving(settings) as served:
        assert statuses(served.port) == EXPECTED
        assert chunk_without_end(served.port) == 413
    assert stored(wiring) == ["chunked", "empty", "good", "pieces"]


def test_gunicorn_keeps_our_limits_and_errors(settings: Settings, wiring: Wiring) -> None:
    command = "-m gunicorn --worker-class gthread --threads 4 --log-level error --bind 127.0.0.1:{port} app.wsgi:application"
    with serving(settings, command) as served:
        assert statuses(served.port) == EXPECTED
    assert stored(wiring) == ["chunked", "empty", "good", "pieces"]


def test_werkzeug_keeps_our_limits_and_errors(app: Application, wiring: Wiring) -> None:
    with in_a_thread(make_werkzeug_server("127.0.0.1", 0, app, threaded=True)) as port:
        assert statuses(port) == EXPECTED
        assert chunk_without_end(port) == 413
    assert stored(wiring) == ["chunked", "empty", "good", "pieces"]


def test_wsgiref_keeps_our_limits_and_errors(app: Application, wiring: Wiring) -> None:
    with in_a_thread(make_wsgiref_server("127.0.0.1", 0, app, handler_class=Quiet)) as port:
        assert statuses(port) == EXPECTED | WITHOUT_CHUNKS
        assert chunk_without_end(port) == 411
    assert stored(wiring) == ["empty", "good", "pieces"]
