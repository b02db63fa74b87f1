"""Whatever strangers send to the three public routes: no failure of ours, no echo of markup, no way out, nothing to be paid.

`make fuzz` tries 50,000 inputs; a usual run tries some hundreds.
"""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app.flows.load_clicks import load_all
from app.tracking.token import ClickToken, token_keys, write
from app.wiring import Wiring
from app.wsgi import Application
from tests.credit_shop import CreditShop

EXAMPLES = int(os.environ.get("TRIBUTE_FUZZ", "150"))
MARK = "<fz onx=1>'\""
SIGN = b"<fz"
AGENTS = ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15", "curl/8", "")

anything = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=[*HealthCheck])
words = st.text(max_size=40) | st.sampled_from([
    MARK, "mara", "MARA", "../mara", "mara%00", "mara%0d%0aX:1", "//evil.example", "https://evil.example", "%", "😀", "mara" * 130,
    "{{7*7}}", "javascript:alert(1)", "\\evil.example", "mara/..;/", "%2e%2e/", "%ff%fe",
])  # fmt: skip
clean = words.map(
    lambda s: s.replace("\r", "").replace("\n", "").encode("utf-8", "replace").decode("latin-1")
)
headers = st.dictionaries(
    st.sampled_from(["User-Agent", "Referer", "X-Forwarded-For", "Cookie", "Accept-Language", "Host", "Content-Type",
                     "X-Country", "CF-IPCountry", "Sec-Purpose", "Origin", "Content-Encoding", "Purpose"]),
    clean | st.sampled_from(AGENTS), max_size=5,
)  # fmt: skip
queries = st.lists(
    st.tuples(st.sampled_from(["ref", "s1", "utm_source", "redirect", "tribute_click", "shop", "signature", "x"]), words), max_size=5
).map(lambda pairs: "&".join(f"{k}={v}" for k, v in pairs)) | words  # fmt: skip
methods = st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE"])


@pytest.fixture
def application(wiring: Wiring, shop: CreditShop) -> Iterator[Application]:
    made = Application(wiring)
    yield made
    made.close()


class Answer:
    """What came back, all of it read."""

    def __init__(self, application: Application, method: str, path: str, query: str, **more: Any) -> None:
        environ = EnvironBuilder(
            method=method, path="/", headers=Headers(more["headers"]), data=more.get("data")
        ).get_environ()
        # As a server hands them over: bytes in latin-1, nothing tidied up.
        environ["PATH_INFO"] = path.encode("utf-8", "replace").decode("latin-1")
        environ["QUERY_STRING"] = query.encode("utf-8", "replace").decode("latin-1")
        said, status, self.headers = run_wsgi_app(application, environ, buffered=True)
        self.status, self.body = int(status[:3]), b"".join(said)

    def is_harmless(self) -> bool:
        told = [value for pair in self.headers for value in pair]
        kind = self.headers.get("Content-Type", "")
        echoed = SIGN in self.body and kind.startswith("text/html")
        return self.status < 500 and not echoed and not any("\r" in t or "\n" in t for t in told)


def paid_for(shop: CreditShop) -> int:
    load_all(shop.wiring.batch_session, shop.wiring.settings.spool)
    shop.work()
    with shop.wiring.shop_session(shop.shop_id) as session:
        return int(session.scalar(text(
            "select (select count(*) from clicks where verdict = 'billable') + (select count(*) from journal_entries)"
        )) or 0)  # fmt: skip


def test_a_short_link_leads_into_its_shop_or_nowhere(shop: CreditShop, application: Application) -> None:
    @anything
    @given(method=methods, slug=words | st.just("mara"), query=queries, sent=headers)
    def property_(method: str, slug: str, query: str, sent: dict[str, str]) -> None:
        answer = Answer(application, method, f"/r/{slug}", query, headers=sent)
        assert answer.is_harmless()
        if answer.status == 302:
            where = urlsplit(answer.headers["Location"])
            assert (where.scheme, where.netloc) == ("https", "lumen.myshopify.com")
            assert "<" not in answer.headers["Location"]

    property_()


def test_the_step_that_hands_out_codes_leads_into_its_shop_or_nowhere(
    shop: CreditShop, application: Application, wiring: Wiring
) -> None:
    said = ClickToken(shop.shop_id, 1, wiring.clock.now(), 7)
    signed = write(said, token_keys(wiring.settings.secret_keys)[0])

    @anything
    @given(
        method=methods,
        slug=words | st.just("mara"),
        token=words | st.just(signed),
        query=queries,
        sent=headers,
    )
    def property_(method: str, slug: str, token: str, query: str, sent: dict[str, str]) -> None:
        answer = Answer(application, method, f"/c/{slug}/{token}", query, headers=sent)
        assert answer.is_harmless()
        if answer.status == 302:
            where = urlsplit(answer.headers["Location"])
            assert (where.scheme, where.netloc) == ("https", "lumen.myshopify.com")
            assert "<" not in answer.headers["Location"]

    property_()
    assert paid_for(shop) == 0


def test_a_machine_and_an_unknown_slug_are_never_paid_for(shop: CreditShop, application: Application) -> None:
    @anything
    @given(slug=words.filter(lambda s: s.lower() not in {"mara", "theo"}), query=queries, sent=headers)
    def property_(slug: str, query: str, sent: dict[str, str]) -> None:
        assert Answer(application, "GET", f"/r/{slug}", query, headers=sent).is_harmless()
        machine = Answer(application, "GET", "/r/mara", query, headers=sent | {"User-Agent": "Googlebot/2.1"})
        assert machine.is_harmless()

    property_()
    assert paid_for(shop) == 0


@pytest.mark.parametrize("path", ["/proxy/click", "/pixel"])
def test_what_is_posted_without_our_signature_breaks_nothing_and_counts_nothing(
    shop: CreditShop, application: Application, path: str
) -> None:
    @anything
    @given(method=methods, query=queries, sent=headers, body=st.binary(max_size=300) | words.map(str.encode))
    def property_(method: str, query: str, sent: dict[str, str], body: bytes) -> None:
        answer = Answer(application, method, path, query, headers=sent, data=body)
        assert answer.is_harmless()

    property_()
    assert paid_for(shop) == 0
