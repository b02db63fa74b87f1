"""POST /proxy/click: a creator's name in a storefront becomes a click that consent was given for."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from app.flows.load_clicks import load_all
from app.shopify.app_proxy import sign
from app.tracking.token import read, token_keys
from app.wiring import Wiring
from tests.credit_shop import CreditShop

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"


def signed(wiring: Wiring, domain: str = "lumen.myshopify.com") -> str:
    given = [("shop", domain), ("timestamp", str(int(wiring.clock.now().timestamp())))]
    return urlencode([*given, ("signature", sign(given, wiring.settings.api_secrets[0]).decode())])


def ask(client: Client, wiring: Wiring, body: Any, *, ip: str = "203.0.113.7", **more: Any) -> TestResponse:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    query = more.get("query", signed(wiring, more.get("domain", "lumen.myshopify.com")))
    headers = {"User-Agent": PHONE, "X-Forwarded-For": ip, "CF-IPCountry": more.get("country", "")}
    return client.post(f"/proxy/click?{query}", data=content, headers=headers)


def stored(wiring: Wiring, shop: CreditShop) -> list[Any]:
    load_all(wiring.batch_session, wiring.settings.spool)
    with wiring.shop_session(shop.shop_id) as session:
        return list(session.execute(text("select * from clicks order by at, id")).all())


def test_a_creators_name_becomes_a_click_with_consent(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    told = {"ref": "MARA", "page": "/products/serum?ref=MARA&s1=story", "referrer": "https://instagram.com/"}
    answer = ask(client, wiring, told)
    said = read(answer.json["click"], token_keys(wiring.settings.secret_keys)) if answer.json else None
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Set-Cookie" not in answer.headers
    assert said is not None
    (row,) = stored(wiring, shop)
    assert (row.id, row.link_id, row.verdict, row.consent) == (
        said.click_id, said.link_id, "billable", "granted",
    )  # fmt: skip
    with wiring.platform_session() as session:
        assert session.scalar(text("select setup ->> 'embed_seen' from shops")) == row.at.date().isoformat()
    assert (row.landing, row.referrer) == ("?ref=MARA&s1=story", "https://instagram.com/")


def test_the_same_browser_counts_once_by_the_shoppers_own_address(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    for ip in ("203.0.113.7", "203.0.113.7", "203.0.113.8"):
        assert ask(client, wiring, {"ref": "mara"}, ip=ip).status_code == 200
    assert sorted(row.verdict for row in stored(wiring, shop)) == ["billable", "billable", "duplicate"]


def test_an_old_link_of_another_app_is_the_link_that_took_its_place(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    shop.link("mara", "310-uitk")
    assert ask(client, wiring, {"ref": "310.uITk"}).status_code == 200
    assert len(stored(wiring, shop)) == 1


@pytest.mark.parametrize("name", ["nobody", "", "../mara", "mara'--", "{{ shop }}", "x" * 500])
def test_a_name_that_is_nobodys_leaves_nothing(
    wiring: Wiring, shop: CreditShop, client: Client, name: str
) -> None:
    answer = ask(client, wiring, {"ref": name})
    assert (answer.status_code, answer.json) == (404, {})
    assert stored(wiring, shop) == []


def test_a_creator_of_another_shop_is_nobody_here(wiring: Wiring, shop: CreditShop, client: Client) -> None:
    answer = ask(client, wiring, {"ref": "mara"}, domain="other.myshopify.com")
    assert (answer.status_code, stored(wiring, shop)) == (404, [])


def test_without_shopifys_signature_nothing_is_said(wiring: Wiring, shop: CreditShop, client: Client) -> None:
    answer = ask(client, wiring, {"ref": "mara"}, query="shop=lumen.myshopify.com&timestamp=1&signature=0")
    assert (answer.status_code, answer.json) == (401, {"error": "The signature is not Shopify's."})
    assert stored(wiring, shop) == []


def test_one_address_may_ask_sixty_times_a_minute(wiring: Wiring, shop: CreditShop, client: Client) -> None:
    answers = [ask(client, wiring, {"ref": "mara"}).status_code for _ in range(61)]
    assert (set(answers[:60]), answers[60]) == ({200}, 429)
    assert ask(client, wiring, {"ref": "mara"}, ip="203.0.113.8").status_code == 200
    assert len(stored(wiring, shop)) == 61


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 411), (b"{", 400), (b"[]", 400), (b'{"ref": 5}', 400), (b"\xff", 400),
        (json.dumps({"ref": "mara", "page": "x" * 9000}).encode(), 413),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_refused_with_a_sentence(
    wiring: Wiring, shop: CreditShop, client: Client, body: bytes, status: int
) -> None:
    answer = ask(client, wiring, body)
    assert answer.status_code == status
    assert answer.json
    assert len(answer.json["error"]) > 20
    assert stored(wiring, shop) == []


def test_it_is_told_by_post_only(wiring: Wiring, client: Client) -> None:
    assert client.get(f"/proxy/click?{signed(wiring)}").status_code == 405


def test_whatever_is_sent_nothing_breaks_and_nothing_is_counted(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=40),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    )
    bodies = st.binary(max_size=200) | st.dictionaries(
        st.sampled_from(["ref", "page", "referrer", "x"]), values.filter(lambda v: v != "mara"), max_size=4
    )
    queries = st.none() | st.text(max_size=60) | st.binary(max_size=60).map(lambda b: b.decode("latin-1"))

    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        body=bodies, query=queries, ip=st.ip_addresses().map(str) | st.text("0123456789abc.:,", max_size=30)
    )
    def property_(body: Any, query: str | None, ip: str) -> None:
        chosen = {} if query is None else {"query": urlencode({"q": query})}
        answer = ask(client, wiring, body, ip=ip, **chosen)
        assert answer.status_code in {400, 401, 404, 411, 429}
        assert b"<" not in answer.data or answer.is_json

    property_()
    assert stored(wiring, shop) == []
