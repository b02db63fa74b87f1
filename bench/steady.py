"""An open load in a process of its own: so many requests a second are due, whether or not the last ones were answered.

`python -m bench.steady --port P --rate R --seconds S` prints one line of JSON. A request's time runs from the moment it
was due, so that a server which stalls is charged for all that should have come meanwhile; a late client counts against it, too.
"""

import argparse
import json
import selectors
import socket
import time
from collections import deque

CONNECTIONS = 64
AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram"


class Load:
    """Requests for one short link over kept connections, at most one under way on each."""

    def __init__(self, port: int, rate: float, seconds: float) -> None:
        self._rate, self.most = rate, round(rate * seconds)
        self._selector = selectors.DefaultSelector()
        self._free: deque[socket.socket] = deque()
        self._due_at: dict[int, float] = {}
        self.waits: list[float] = []
        self.answered_at: list[float] = []
        """By the performance counter."""
        self.errors = 0
        for _ in range(CONNECTIONS):
            one = socket.create_connection(("127.0.0.1", port))
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(one, selectors.EVENT_READ)
            self._free.append(one)

    def run(self) -> None:
        """Send all that is due and take all answers."""
        start, sent = time.perf_counter(), 0
        while len(self.waits) < self.most:
            now = time.perf_counter()
            while sent < self.most and self._free and start + sent / self._rate <= now:
                self._send(sent, start + sent / self._rate)
                sent += 1
            until = start + sent / self._rate - time.perf_counter()
            # With nothing left to send, or nothing to send it on, only answers matter.
            rest = max(0.0, until) if self._free and sent < self.most else 1.0
            for key, _ in self._selector.select(rest):
                self._take(key.fileobj)

    def _send(self, number: int, due_at: float) -> None:
        one = self._free.popleft()
        self._due_at[one.fileno()] = due_at
        head = f"GET /r/code0 HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT} {number % 1000}\r\n\r\n"
        one.sendall(head.encode())

    def _take(self, one: object) -> None:
        """All servers here answer a redirect in one small packet."""
        assert isinstance(one, socket.socket)
        answer = one.recv(65536)
        if not answer:
            raise ConnectionError("the server hung up")
        self.errors += answer[9:12] != b"302"
        self.answered_at.append(time.perf_counter())
        self.waits.append(self.answered_at[-1] - self._due_at[one.fileno()])
        self._free.append(one)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    given = parser.parse_args()
    load = Load(given.port, given.rate, given.seconds)
    start = time.perf_counter()
    load.run()
    elapsed, waits = time.perf_counter() - start, sorted(load.waits)
    found = {f"p{p}_ms": 1e3 * waits[len(waits) * p // 100] for p in (50, 95, 99)}
    found |= {"requests": len(waits), "errors": load.errors, "per_second": len(waits) / elapsed}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
