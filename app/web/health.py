"""For machines that watch: is it alive, can it take work, how is it doing."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from app.db.engine import DatabaseError
from app.db.session import PlatformSession
from app.inbox import store
from app.kernel.clock import Clock

PATHS = ("/healthz", "/readyz", "/metrics")

Sessions = Callable[[], AbstractContextManager[PlatformSession]]


class Health:
    """A WSGI app of three routes. None of them shows anything of a shop."""

    def __init__(self, *, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._inbox = CollectorRegistry()
        self._inbox.register(_InboxGauges(sessions, clock))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        match environ["PATH_INFO"]:
            case "/healthz":
                return _text(start_response, "200 OK", "alive\n")
            case "/readyz":
                return self._ready(start_response)
            case _:
                return self._metrics(start_response)

    def _ready(self, start_response: StartResponse) -> list[bytes]:
        try:
            with self._sessions() as session:
                ready = store.is_ready(session)
        except DatabaseError:
            return _text(start_response, "503 Service Unavailable", "The database does not answer.\n")
        if not ready:
            sentence = "The database has no schema yet (run `tribute migrate`) or only lets us read.\n"
            return _text(start_response, "503 Service Unavailable", sentence)
        return _text(start_response, "200 OK", "ready\n")

    def _metrics(self, start_response: StartResponse) -> list[bytes]:
        """What this process counted, then the inbox; without the latter while the database is away."""
        content = generate_latest(REGISTRY)
        try:
            content += generate_latest(self._inbox)
        except DatabaseError:
            content += b"# The database does not answer; the inbox's gauges are missing.\n"
        start_response(
            "200 OK", [("Content-Type", CONTENT_TYPE_LATEST), ("Content-Length", str(len(content)))]
        )
        return [content]


class _InboxGauges(Collector):
    """Read when they are asked for, so that any number of processes agree."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._sessions() as session:
            lag = store.lag(session, self._clock.now())
            parked = store.parked_everywhere(session)
        yield GaugeMetricFamily("tribute_inbox_waiting", "Events the worker could take now.", lag.waiting)
        oldest = lag.oldest.total_seconds()
        yield GaugeMetricFamily("tribute_inbox_oldest_seconds", "Age of the oldest of them.", oldest)
        yield GaugeMetricFamily("tribute_inbox_parked", "Events given up on until a person looks.", parked)

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing at registration: the database is not asked before someone wants to know."""
        return []


def _text(start_response: StartResponse, status: str, sentence: str) -> list[bytes]:
    content = sentence.encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(content)))]
    start_response(status, headers)
    return [content]
