"""The product's own server as a process, and requests written byte by byte."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from time import monotonic

from app.config import Settings
from tests.rooms.webhooks import BODY, signed

SERVE = "import sys; from app.web.serve import run; run('127.0.0.1', int(sys.argv[1]))"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Served:
    port: int
    process: subprocess.Popen[bytes]

    def kill_everything(self) -> None:
        """SIGKILL to the server and its workers at once, as a machine that loses power would."""
        os.killpg(self.process.pid, signal.SIGKILL)


@contextmanager
def serving(settings: Settings, command: str | None = None) -> Iterator[Served]:
    """`tribute serve`, or another command for {port}, on a free port, in a process group of its own that is gone afterwards."""
    port = free_port()
    words = command.format(port=port).split() if command else ["-c", SERVE, str(port)]
    process = subprocess.Popen([sys.executable, *words], env=environment(settings), start_new_session=True)
    try:
        wait_until_answering(port, process)
        yield Served(port, process)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(20)


def environment(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": (settings.database_url or "").replace("+psycopg", ""),
        "TRIBUTE_DATA": str(settings.data),
        "TRIBUTE_SECRET_KEYS": ",".join(settings.secret_keys),
        "SHOPIFY_API_KEY": settings.shopify_api_key,
        "SHOPIFY_API_SECRET": settings.shopify_api_secret,
    }


def wait_until_answering(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up_at = monotonic() + 30
    while not answers(port):
        assert process.poll() is None, f"the server ended with {process.returncode}"
        assert monotonic() < give_up_at, "the server did not start"


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def head(body: bytes = BODY, *, webhook_id: str = "w-1", signature: str | None = None) -> bytes:
    """Request line and headers of a good delivery, without its length and without the empty line."""
    return (
        "POST /webhooks/shopify HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"X-Shopify-Hmac-Sha256: {signed(body) if signature is None else signature}\r\n"
        "X-Shopify-Topic: orders/create\r\nX-Shopify-Shop-Domain: lumen.myshopify.com\r\n"
        f"X-Shopify-Webhook-Id: {webhook_id}\r\n"
    ).encode()


def status_of(port: int, *parts: bytes, end: bool = False) -> int:
    """Send the parts, perhaps end our side, and read the status; 0 when there was none."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for part in parts:
                connection.sendall(part)
            if end:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It has said no already; the answer may still be there to read.
        try:
            first = connection.recv(65536).split(b" ", 2)
        except ConnectionResetError:
            return 0
    return int(first[1]) if len(first) > 1 else 0
