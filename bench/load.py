"""A load generator in a process of its own: signed deliveries over raw sockets, the next when one is answered.

`python -m bench.load --port P --seconds S --connections C --first N` prints one line of JSON.
Bodies are signed before the clock starts; only the webhook id differs from request to request.
"""

import argparse
import base64
import hashlib
import hmac
import json
import selectors
import socket
import time

from bench.orders import order_body

SECRET = "test-secret"  # noqa: S105 - made up


def signature(body: bytes) -> str:
    """As Shopify would sign it."""
    return base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()


class Connection:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def status(self) -> int:
        """Of the answer. All servers here answer in one small packet with a Content-Length."""
        answer = self.socket.recv(65536)
        while b"\r\n\r\n" not in answer:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError("the server hung up")
            answer += more
        return int(answer[9:12])


class Requests:
    """Bodies signed beforehand, each request with a webhook id of its own."""

    def __init__(self, first: int, *, bodies: int = 64) -> None:
        self.number = first
        self.parts = [self._split(order_body(n)) for n in range(bodies)]

    def _split(self, body: bytes) -> tuple[bytes, bytes]:
        head = (
            "POST /webhooks/shopify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Shopify-Topic: orders/create\r\nX-Shopify-Hmac-Sha256: {signature(body)}\r\n"
            "X-Shopify-Shop-Domain: lumen.myshopify.com\r\nX-Shopify-API-Version: 2026-10\r\n"
            f"X-Shopify-Triggered-At: 2026-11-22T12:00:00.123456789Z\r\nContent-Length: {len(body)}\r\n"
        )
        return head.encode(), body

    def next(self) -> bytes:
        self.number += 1
        head, body = self.parts[self.number % len(self.parts)]
        ids = b"X-Shopify-Webhook-Id: w-%d\r\nX-Shopify-Event-Id: e-%d\r\n\r\n" % (self.number, self.number)
        return head + ids + body


def run(port: int, seconds: float, connections: int, first: int) -> dict[str, float]:
    """Keep all connections busy for that long; latencies in milliseconds."""
    requests = Requests(first)
    selector = selectors.DefaultSelector()
    open_ones = [Connection(port) for _ in range(connections)]
    latencies: list[float] = []
    errors = 0
    cpu, start = time.process_time(), time.perf_counter()
    for connection in open_ones:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(requests.next())
    under_way = connections
    while under_way:
        for key, _ in selector.select():
            connection = key.data
            errors += connection.status() != 200
            now = time.perf_counter()
            latencies.append(now - connection.sent_at)
            if now - start < seconds:
                connection.send(requests.next())
            else:
                under_way -= 1
    elapsed = time.perf_counter() - start
    spent = time.process_time() - cpu
    latencies.sort()
    return {
        "requests": len(latencies),
        "errors": errors,
        "per_second": len(latencies) / elapsed,
        "p50_ms": 1e3 * latencies[len(latencies) // 2],
        "p99_ms": 1e3 * latencies[len(latencies) * 99 // 100],
        "client_us": 1e6 * spent / len(latencies),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    print(json.dumps(run(given.port, given.seconds, given.connections, given.first)))


if __name__ == "__main__":
    main()
