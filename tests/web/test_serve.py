"""`tribute serve` acknowledges nothing it could lose, and starts and stops as it should."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from threading import Event
from time import monotonic

import pytest
from sqlalchemy import text

from app.config import Settings
from app.web.serve import PortTaken, free_port
from app.wiring import Wiring
from tests.rooms.webhooks import BODY, signed
from tests.web.serving import SERVE, answers, environment, serving

SENDERS = 8
MOST = 400
"""Deliveries of one sender's."""


def stored(wiring: Wiring) -> set[str]:
    with wiring.engine.connect() as connection:
        return set(connection.execute(text("select webhook_id from inbox")).scalars())


class Sender:
    """Sends deliveries one after the other until the server is gone; keeps the ids of those acknowledged."""

    def __init__(self, port: int, name: int, enough: Event) -> None:
        self.port = port
        self.name = name
        self.enough = enough
        self.acknowledged: list[str] = []
        self.refused: list[int] = []

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            for n in range(MOST):
                self._send(connection, f"w-{self.name}-{n}")
        except (OSError, HTTPException):
            return  # The server is gone, in the middle of an answer or before it.
        finally:
            connection.close()

    def _send(self, connection: HTTPConnection, webhook_id: str) -> None:
        headers = {
            "X-Shopify-Hmac-Sha256": signed(BODY),
            "X-Shopify-Topic": "orders/create",
            "X-Shopify-Shop-Domain": "lumen.myshopify.com",
            "X-Shopify-Webhook-Id": webhook_id,
        }
        connection.request("POST", "/webhooks/shopify", BODY, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            self.acknowledged.append(webhook_id)
            if len(self.acknowledged) == 25:
                self.enough.set()
        else:
            self.refused.append(answer.status)


@pytest.mark.parametrize("end", ["kill -9 of everything", "SIGTERM to the server"])
def test_every_delivery_acknowledged_is_stored_however_the_server_ends(
    settings: Settings, wiring: Wiring, end: str
) -> None:
    with serving(settings) as served, ThreadPoolExecutor(SENDERS) as pool:
        enough = Event()
        senders = [Sender(served.port, n, enough) for n in range(SENDERS)]
        running = [pool.submit(sender.run) for sender in senders]
        assert enough.wait(30)
        if end == "SIGTERM to the server":
            served.process.terminate()
        else:
            served.kill_everything()
        for sender in running:
            sender.result(30)
        served.process.wait(20)
    acknowledged = {webhook_id for sender in senders for webhook_id in sender.acknowledged}
    assert len(acknowledged) >= 25
    assert acknowledged - stored(wiring) == set()
    assert [sender.refused for sender in senders] == [[]] * SENDERS


def test_a_server_told_to_stop_ends_with_0(settings: Settings) -> None:
    with serving(settings) as served:
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(20) == 0
    assert not answers(served.port)


def test_a_worker_whose_parent_was_killed_gives_the_port_back(settings: Settings) -> None:
    with serving(settings) as served:
        os.kill(served.process.pid, signal.SIGKILL)
        served.process.wait(20)
        give_up_at = monotonic() + 20
        while answers(served.port):
            assert monotonic() < give_up_at
    assert free_port("127.0.0.1", served.port) == served.port


def test_a_port_that_is_taken_is_refused_with_one_sentence(settings: Settings) -> None:
    with serving(settings) as served:
        with pytest.raises(PortTaken) as refusal:
            free_port("127.0.0.1", served.port)
        assert str(refusal.value) == (
            f"Cannot listen on 127.0.0.1:{served.port} (Address already in use). "
            f"Name another port, for example --port {served.port + 1}."
        )
        second = subprocess.run(
            [sys.executable, "-c", SERVE, str(served.port)],
            env=environment(settings),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert second.returncode == 1
        assert "PortTaken" in second.stderr
        assert answers(served.port)


@pytest.mark.parametrize("port", [65_536, -1, 99_999])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    with pytest.raises(PortTaken, match=str(port)):
        free_port("127.0.0.1", port)
