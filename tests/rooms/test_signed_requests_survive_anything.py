"""Whatever comes through Shopify's proxy or from a storefront's pixel, signed as it should be: the signature proves nothing of the sender.

`make fuzz` tries 5,000 inputs of each property.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.creators import store as creators
from app.flows.load_clicks import load_all
from app.kernel.ids import ShopId
from app.shopify.app_proxy import OLDEST_SECONDS, sign
from app.storefront.model import Landing
from app.storefront.put_landing import put_landing
from app.tracking import account
from app.tracking.token import ClickToken, token_keys, write
from app.wiring import Wiring
from app.wsgi import Application
from tests.conftest import NOW
from tests.credit_shop import CreditShop
from tests.hostile import (
    MARK,
    Answer,
    Reached,
    addresses,
    anything,
    headers,
    methods,
    paid_for,
    values,
    words,
)
from tests.lead_shop import lead_shop

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15"}
DOMAINS = st.sampled_from(["lumen.myshopify.com"] * 20 + ["other.myshopify.com", "evil.example", ""])
SKEWS = st.sampled_from([0] * 20 + [-OLDEST_SECONDS - 1, OLDEST_SECONDS + 1, 10**9])
"""Seconds by which Shopify's clock, or a request that is sent again, is off."""
EXTRAS = st.lists(
    st.tuples(st.sampled_from(["part", "click", "tribute_click", "ref", "logged_in_customer_id", "x", "path_prefix"]), words),
    max_size=4,
)  # fmt: skip


@pytest.fixture
def shop(wiring: Wiring) -> CreditShop:
    built = lead_shop(wiring)
    with wiring.shop_session(built.shop_id) as session, session.begin():
        put_landing(session, creators.creator(session, "mara"), Landing(is_live=True), actor="test", now=NOW)
    return built


@pytest.fixture
def application(wiring: Wiring, shop: CreditShop) -> Iterator[Application]:
    made = Application(wiring)
    yield made
    made.close()


def signed(wiring: Wiring, domain: str, skew: int, extras: list[tuple[str, str]]) -> str:
    """A query as Shopify would forward it, whatever a shopper put into it."""
    at = int(wiring.clock.now().timestamp()) + skew
    told = [(k, v.encode("utf-8", "replace").decode()) for k, v in extras]
    given_ = [("shop", domain), ("timestamp", str(at)), *told]
    return urlencode([*given_, ("signature", sign(given_, wiring.settings.api_secrets[0]).decode())])


def stored(shop: CreditShop, table: str) -> int:
    load_all(shop.wiring.batch_session, shop.wiring.settings.spool)
    with shop.wiring.shop_session(shop.shop_id) as session:
        return int(session.scalar(text(f"select count(*) from {table}")) or 0)  # noqa: S608 - named below


def as_json(told: Any) -> bytes:
    return told if isinstance(told, bytes) else json.dumps(told).encode()


def test_a_click_by_name_counts_only_where_a_creator_of_that_shop_is_named_in_time(
    wiring: Wiring, shop: CreditShop, application: Application
) -> None:
    told = st.fixed_dictionaries(
        {}, optional={"ref": words | st.sampled_from(["mara", "theo", " Mara"]) | values, "page": words | values,
                      "referrer": words | values, "x": values},
    )  # fmt: skip
    reached, counted = Reached(), 0

    @anything
    @given(
        method=st.sampled_from(["POST"] * 9 + ["GET"]), domain=DOMAINS, skew=SKEWS, extras=EXTRAS, sent=headers, address=addresses,
        body=told | st.fixed_dictionaries({"ref": st.sampled_from(["mara", "THEO"]), "page": words}) | st.binary(max_size=99),
    )  # fmt: skip
    def property_(
        method: str, domain: str, skew: int, extras: Any, sent: Any, address: str, body: Any
    ) -> None:
        nonlocal counted
        query = signed(wiring, domain, skew, extras)
        content = as_json(body)
        sent = PHONE | sent | {"X-Forwarded-For": address}
        answer = Answer(application, method, "/proxy/click", query, headers=sent, data=content)
        reached.note(answer)
        assert answer.is_harmless()
        if answer.status == 200:
            counted += 1
            assert (method, domain, skew) == ("POST", "lumen.myshopify.com", 0)
            assert json.loads(content)["ref"].strip().lower() in {"mara", "theo"}

    property_()
    assert not reached.seldom(200, 400, 401, 404, 405)
    assert stored(shop, "clicks") == counted
    assert stored(shop, "journal_entries") == 0


FIELDS = (
    "account",
    "id",
    "client",
    "name",
    "ref",
    "click",
    "product",
    "order",
    "checkout",
    "consent",
    "arrived",
    "x",
)


def bodies_of_events(wiring: Wiring, shop: CreditShop) -> st.SearchStrategy[Any]:
    """Events as the pixel tells them, with the wrong things in one or two fields, and bytes."""
    keys = wiring.settings.secret_keys
    ours, theirs = (account.write(ShopId(n), account.account_keys(keys)[0]) for n in (shop.shop_id, 987))
    clicks = [write(ClickToken(n, 1, NOW, 5), token_keys(keys)[0]) for n in (int(shop.shop_id), 987)]
    good = st.fixed_dictionaries({
        "account": st.sampled_from([ours] * 3 + [theirs, f"{ours[:-1]}-"]), "id": st.sampled_from(["sh-1", "sh-2", MARK]), "client": st.sampled_from(["c-1", MARK]),
        "name": st.sampled_from(["page_viewed", "product_viewed", "checkout_started", "checkout_completed"]),
    }, optional={
        "ref": st.sampled_from(["mara", "theo", "nobody"]), "click": st.sampled_from(clicks), "product": st.integers(0, 2**63 - 1),
        "order": st.sampled_from(["1001", "gid://shopify/Order/1001"]), "checkout": st.sampled_from(["7f3c", "c1-_"]),
        "consent": st.fixed_dictionaries({"marketing": st.none() | st.booleans()}), "arrived": st.booleans(),
    })  # fmt: skip
    wrong = st.dictionaries(st.sampled_from(FIELDS), values, min_size=1, max_size=2)
    told = st.tuples(good, wrong).map(lambda both: both[0] | both[1])
    return good | told | good | st.binary(max_size=99)


def test_a_pixel_earns_nothing_whatever_it_tells(
    wiring: Wiring, shop: CreditShop, application: Application
) -> None:
    events = bodies_of_events(wiring, shop)
    reached = Reached()

    @anything
    @given(
        method=st.sampled_from(["POST"] * 9 + ["OPTIONS", "GET"]), query=words, sent=headers, address=addresses,
        body=events,
    )  # fmt: skip
    def property_(method: str, query: str, sent: Any, address: str, body: Any) -> None:
        content = as_json(body)
        answer = Answer(
            application, method, "/pixel", query, headers=PHONE | sent, data=content, address=address
        )
        reached.note(answer)
        assert answer.is_harmless()
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in answer.headers

    property_()
    assert not reached.seldom(204, 400, 403, 405)
    assert stored(shop, "pixel_events") > 0
    assert paid_for(shop) == 0


def test_no_page_in_the_store_breaks_or_repeats_what_was_sent(
    wiring: Wiring, shop: CreditShop, application: Application
) -> None:
    wanted = st.sampled_from([
        ("GET", "mara"), ("GET", "lead"), ("POST", "lead"), ("POST", "lead/newsletter"), ("GET", "creator"), ("POST", "apply"), ("PUT", "mara"),
    ]) | st.tuples(methods, words)  # fmt: skip
    form = st.dictionaries(
        st.sampled_from(["email", "name", "message", "visitor", "click", "ref", "agree"]), words, max_size=6
    ).map(lambda told: {k: v.encode("utf-8", "replace").decode() for k, v in told.items()})
    reached = Reached()

    @anything
    @given(
        wanted=wanted, domain=DOMAINS, skew=SKEWS,
        extras=EXTRAS, sent=headers, address=addresses, body=form | st.binary(max_size=99),
    )  # fmt: skip
    def property_(
        wanted: Any, domain: str, skew: int, extras: Any, sent: Any, address: str, body: Any
    ) -> None:
        method, path = wanted
        sent = {**sent, "X-Forwarded-For": address}
        query = signed(wiring, domain, skew, extras)
        answer = Answer(application, method, f"/proxy/{path}", query, headers=sent, data=body)
        reached.note(answer)
        assert answer.is_harmless()
        assert "Set-Cookie" not in answer.headers
        assert answer.status != 200 or (skew == 0 and domain == "lumen.myshopify.com")

    property_()
    assert not reached.seldom(200, 401, 404, 405, 422)
    assert paid_for(shop) == 0
