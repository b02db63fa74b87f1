"""Whatever strangers send to the three public routes: no failure of ours, no echo of markup, no way out, nothing to be paid.

`make fuzz` tries 5,000 inputs of each property; a usual run tries some hundreds.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tracking.token import ClickToken, token_keys, write
from app.wiring import Wiring
from app.wsgi import Application
from tests.credit_shop import CreditShop
from tests.hostile import Answer, Reached, addresses, anything, headers, methods, paid_for, queries, words


@pytest.fixture
def application(wiring: Wiring, shop: CreditShop) -> Iterator[Application]:
    made = Application(wiring)
    yield made
    made.close()


def test_a_short_link_leads_into_its_shop_or_nowhere(shop: CreditShop, application: Application) -> None:
    reached = Reached()

    @anything
    @given(method=methods, slug=words | st.just("mara"), query=queries, sent=headers)
    def property_(method: str, slug: str, query: str, sent: dict[str, str]) -> None:
        answer = Answer(application, method, f"/r/{slug}", query, headers=sent)
        reached.note(answer)
        assert answer.is_harmless()
        if answer.status == 302:
            where = urlsplit(answer.headers["Location"])
            assert (where.scheme, where.netloc) == ("https", "lumen.myshopify.com")
            assert "<" not in answer.headers["Location"]

    property_()
    assert not reached.seldom(302, 404, 405)


def test_the_step_that_hands_out_codes_leads_into_its_shop_or_nowhere(
    shop: CreditShop, application: Application, wiring: Wiring
) -> None:
    said = ClickToken(shop.shop_id, 1, wiring.clock.now(), 7)
    signed = write(said, token_keys(wiring.settings.secret_keys)[0])
    reached = Reached()

    @anything
    @given(
        method=methods,
        slug=st.sampled_from(["mara"] * 5 + ["theo", "nobody"]) | words,
        token=st.sampled_from([signed] * 3 + [signed[:-1]]) | words,
        query=queries,
        sent=headers,
        address=addresses,
    )
    def property_(method: str, slug: str, token: str, query: str, sent: dict[str, str], address: str) -> None:
        path = f"/c/{slug}/{token}"
        answer = Answer(application, method, path, query, headers=sent, address=address)
        reached.note(answer)
        assert answer.is_harmless()
        if answer.status == 302:
            where = urlsplit(answer.headers["Location"])
            assert (where.scheme, where.netloc) == ("https", "lumen.myshopify.com")
            assert "<" not in answer.headers["Location"]

    property_()
    assert not reached.seldom(302, 404)
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


@pytest.mark.parametrize("path", ["/proxy/click", "/proxy/mara", "/proxy/lead", "/pixel"])
def test_what_is_sent_without_our_signature_breaks_nothing_and_counts_nothing(
    shop: CreditShop, application: Application, path: str
) -> None:
    reached = Reached()

    @anything
    @given(
        method=methods, query=queries, sent=headers, address=addresses,
        body=st.binary(max_size=300) | words.map(lambda s: s.encode("utf-8", "replace")),
    )  # fmt: skip
    def property_(method: str, query: str, sent: dict[str, str], address: str, body: bytes) -> None:
        answer = Answer(application, method, path, query, headers=sent, data=body, address=address)
        reached.note(answer)
        assert answer.is_harmless()

    property_()
    assert reached.statuses.keys() <= ({204, 400, 405, 411, 413} if path == "/pixel" else {401, 405})
    assert paid_for(shop) == 0
