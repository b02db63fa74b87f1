"""What strangers may send to routes that are open to everybody, and what must never come back."""

import os
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from sqlalchemy import text
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app.flows.load_clicks import load_all
from app.wsgi import Application
from tests.credit_shop import CreditShop

EXAMPLES = int(os.environ.get("TRIBUTE_FUZZ", "150"))
"""Inputs of one property; `make fuzz` tries 5,000."""
FEW = 1000
MARK = "<fz onx=1>'\""
SIGN = b"<fz"
LIQUID = "{{7*7}}"
AGENTS = ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15", "curl/8", "")
SHOWN = ("text/html", "application/liquid")
"""Kinds of answers that a browser draws."""

anything = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=[*HealthCheck])
words = st.text(max_size=40) | st.sampled_from([
    MARK, "mara", "MARA", "../mara", "mara%00", "mara%0d%0aX:1", "//evil.example", "https://evil.example", "%", "😀", "mara" * 130,
    LIQUID, "{%include 'x'%}", "javascript:alert(1)", "\\evil.example", "mara/..;/", "%2e%2e/", "%ff%fe", "\x00", "\ud800",
])  # fmt: skip
clean = words.map(
    lambda s: s.replace("\r", "").replace("\n", "").encode("utf-8", "replace").decode("latin-1")
)
headers = st.dictionaries(
    st.sampled_from(["User-Agent", "Referer", "X-Forwarded-For", "Cookie", "Accept-Language", "Host", "Content-Type",
                     "X-Country", "CF-IPCountry", "Sec-Purpose", "Origin", "Content-Encoding", "Purpose"]),
    clean | st.sampled_from(AGENTS), max_size=5,
)  # fmt: skip
addresses = st.ip_addresses(v=4).map(str)
"""Of the connection: else all but the first few requests would be one too many of one sender, and would show nothing."""
queries = st.lists(
    st.tuples(st.sampled_from(["ref", "s1", "utm_source", "redirect", "tribute_click", "shop", "signature", "x"]), words), max_size=5
).map(lambda pairs: "&".join(f"{k}={v}" for k, v in pairs)) | words  # fmt: skip
methods = st.sampled_from(["GET", "GET", "GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)
"""Whatever JSON can say."""


class Answer:
    """What came back, all of it read."""

    def __init__(self, application: Application, method: str, path: str, query: str, **more: Any) -> None:
        environ = EnvironBuilder(
            method=method, path="/", headers=Headers(more["headers"]), data=more.get("data")
        ).get_environ()
        # As a server hands them over: bytes in latin-1, nothing tidied up.
        environ["PATH_INFO"] = path.encode("utf-8", "replace").decode("latin-1")
        environ["QUERY_STRING"] = query.encode("utf-8", "replace").decode("latin-1")
        environ["REMOTE_ADDR"] = more.get("address", "")
        said, status, self.headers = run_wsgi_app(application, environ, buffered=True)
        self.status, self.body = int(status[:3]), b"".join(said)

    def is_harmless(self) -> bool:
        told = [value for pair in self.headers for value in pair]
        is_drawn = self.headers.get("Content-Type", "").startswith(SHOWN)
        echoed = is_drawn and (SIGN in self.body or LIQUID.encode() in self.body)
        return self.status < 500 and not echoed and not any("\r" in t or "\n" in t for t in told)


class Reached:
    """How often each answer came: a route that only ever refuses is not tried at all."""

    def __init__(self) -> None:
        self.statuses = Counter[int]()

    def note(self, answer: Answer) -> None:
        self.statuses[answer.status] += 1

    def seldom(self, *statuses: int) -> dict[int, int]:
        """Those of them that came less than once in 300 inputs, beside all that came; empty when there are none.

        Of few inputs chance may leave out one answer; `make fuzz` leaves out none.
        """
        rare = [status for status in statuses if self.statuses[status] * 300 < self.statuses.total()]
        spared = 1 if self.statuses.total() < FEW else 0
        return {**dict.fromkeys(statuses, 0), **self.statuses} if len(rare) > spared else {}


def paid_for(shop: CreditShop) -> int:
    """Clicks that are paid for and entries of the books, once all that was sent is loaded and worked off."""
    load_all(shop.wiring.batch_session, shop.wiring.settings.spool)
    shop.work()
    with shop.wiring.shop_session(shop.shop_id) as session:
        return int(session.scalar(text(
            "select (select count(*) from clicks where verdict = 'billable') + (select count(*) from journal_entries)"
        )) or 0)  # fmt: skip
