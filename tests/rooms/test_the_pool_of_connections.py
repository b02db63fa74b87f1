"""The pooled session of many shops: no cookie goes from one to the next, no redirect is followed with a key."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest

from app.kernel.clock import SystemClock
from app.kernel.money import Money
from app.payouts.hosted import StripeAccount
from app.payouts.plugin import Outside
from app.payouts.protocol import Unknown
from app.payouts.provider import Instruction
from app.payouts.providers.stripe import connect
from app.shopify import http


class Elsewhere(ThreadingHTTPServer):
    """Sets a cookie and sends everybody to /elsewhere."""

    asked: list[tuple[str, str | None]]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Elsewhere)
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.asked.append((self.path, self.headers["Cookie"]))
        self.send_response(307)
        self.send_header("Location", "/elsewhere")
        self.send_header("Set-Cookie", "shop=one; Path=/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    server = Elsewhere(("127.0.0.1", 0), _Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_cookie_of_one_answer_does_not_go_out_with_the_next_question(elsewhere: Elsewhere) -> None:
    with http.session() as session:
        for _ in range(2):
            session.post(f"http://127.0.0.1:{elsewhere.server_port}/", data=b"x", allow_redirects=False)
    assert elsewhere.asked == [("/", None), ("/", None)]


def test_a_redirect_is_an_answer_and_not_followed(elsewhere: Elsewhere) -> None:
    with http.session() as session:
        answer = session.post(f"http://127.0.0.1:{elsewhere.server_port}/", data=b"x")
    assert answer.status_code == 307
    assert [path for path, _ in elsewhere.asked] == ["/"]


def test_a_provider_that_sends_us_elsewhere_leaves_the_payout_unknown(elsewhere: Elsewhere) -> None:
    base = f"http://127.0.0.1:{elsewhere.server_port}"
    with http.session() as session:
        provider = connect({"api_key": "sk_test_1"}, Outside(session, SystemClock(), {"stripe": base}))
        key = uuid4()
        payee = StripeAccount("acct_1", "DE")
        one = Instruction(
            1,
            key,
            uuid4(),
            key,
            Money(100, "EUR"),
            "Mara",
            payee,
            "Payout",
            datetime(2026, 11, 22, tzinfo=UTC),
        )
        assert isinstance(provider.send([one])[key], Unknown)
    assert [path for path, _ in elsewhere.asked] == ["/v1/transfers"]
