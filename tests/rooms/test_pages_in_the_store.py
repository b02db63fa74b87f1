"""GET /proxy/<handle>: a creator's page, drawn by Shopify in the theme, whatever anybody wrote on it."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from app.creators import archive, enroll
from app.creators import store as creators
from app.kernel.errors import Invalid
from app.shopify.app_proxy import sign
from app.storefront.model import RESERVED, Landing
from app.storefront.put_landing import put_landing
from app.wiring import Wiring
from tests.conftest import NOW
from tests.credit_shop import CreditShop, credit_shop
from tests.drawn import drawn

PAGE = Landing(
    True, "https://cdn.example/mara.jpg", "Hello.\n\nMy three.", ("dew-serum", "gone", "cloud-cream")
)


@pytest.fixture
def shop(wiring: Wiring) -> CreditShop:
    built = credit_shop(wiring)
    write(built, "mara", PAGE)
    return built


def write(shop: CreditShop, handle: str, page: Landing) -> None:
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        put_landing(session, creators.creator(session, handle), page, actor="test", now=NOW)


def signed(wiring: Wiring, domain: str = "lumen.myshopify.com", **more: str) -> str:
    given = [
        ("shop", domain), ("path_prefix", "/apps/tribute"), ("timestamp", str(int(wiring.clock.now().timestamp()))), *more.items(),
    ]  # fmt: skip
    return urlencode([*given, ("signature", sign(given, wiring.settings.api_secrets[0]).decode())])


def look(client: Client, wiring: Wiring, path: str, **more: Any) -> TestResponse:
    query = more.get("query", signed(wiring, more.get("domain", "lumen.myshopify.com")))
    return client.open(
        f"/proxy/{quote(path)}?{query}",
        method=more.get("method", "GET"),
        headers={"X-Forwarded-For": more.get("ip", "203.0.113.7")},
    )


class Shown(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_creators_page_has_picture_words_code_and_the_products_that_there_are(
    wiring: Wiring, client: Client
) -> None:
    answer = look(client, wiring, "mara")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/liquid; charset=utf-8")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    html = drawn(answer.text)
    for part in (
        "https://cdn.example/mara.jpg",
        "<p>Hello.</p>",
        "<p>My three.</p>",
        "MARA10",
        "Dew Serum",
        "Cloud Cream",
    ):
        assert part in html
    assert html.count("<li>") == 2
    assert 'href="https://lumen.example/discount/MARA10?redirect=/apps/tribute/mara"' in html
    assert 'data-tribute-ref="mara"' in html


@pytest.mark.parametrize(
    "path",
    [
        "nobody",
        "",
        "theo",
        "mara/x",
        "../mara",
        "%7B%7Bshop%7D%7D",
        "x" * 500,
        "🙂",
        "mara\x00",
        *sorted(RESERVED - {"account", "click", "creator"}),
    ],
)
def test_there_is_nothing_at_other_addresses(wiring: Wiring, client: Client, path: str) -> None:
    answer = look(client, wiring, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/liquid; charset=utf-8")
    assert "Page not found" in drawn(answer.text)


def test_a_creator_who_is_paused_archived_or_hidden_has_no_page(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        mara = creators.creator(session, "mara")
        enroll.pause(session, mara, program_id=shop.program_id, program="main", actor="t", now=NOW)
    assert look(client, wiring, "mara").status_code == 404
    write(shop, "theo", Landing(is_live=True))
    assert look(client, wiring, "theo").status_code == 200
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        archive.archive(session, "theo", actor="t", now=NOW)
    assert look(client, wiring, "theo").status_code == 404


def test_the_page_of_another_shop_is_not_here(wiring: Wiring, client: Client) -> None:
    assert look(client, wiring, "mara", domain="other.myshopify.com").status_code == 404


def test_a_creator_never_takes_an_address_of_ours(wiring: Wiring, shop: CreditShop, client: Client) -> None:
    shop.creator("apply", "APPLY10")
    with pytest.raises(Invalid, match="kept for Tribute"):
        write(shop, "apply", PAGE)


def test_only_shopify_is_answered_and_only_to_look(wiring: Wiring, client: Client) -> None:
    answer = look(client, wiring, "mara", query="shop=lumen.myshopify.com&timestamp=1&signature=0")
    assert (answer.status_code, answer.text) == (401, "The signature is not Shopify's.\n")
    assert look(client, wiring, "mara", method="POST").status_code == 405
    head = look(client, wiring, "mara", method="HEAD")
    assert (head.status_code, head.data) == (200, b"")


def test_one_address_may_look_often_but_not_endlessly(wiring: Wiring, client: Client) -> None:
    seen = [look(client, wiring, "mara").status_code for _ in range(121)]
    assert (set(seen[:120]), seen[120]) == ({200}, 429)
    assert look(client, wiring, "mara", ip="203.0.113.8").status_code == 200


HOSTILE = st.text(
    st.sampled_from([*"{}%|'\"<>&[]#`-\\ ax"]) | st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40
) | st.sampled_from(["{{ shop.secret }}", "{% include 'x' %}", "{%- raw -%}", "</script><script>alert(1)</script>", "[[ page ]]", "{&#123;"])  # fmt: skip


def test_what_anybody_wrote_is_shown_and_never_run(wiring: Wiring, shop: CreditShop, client: Client) -> None:
    usual = [tag for tag, _ in Shown(drawn(look(client, wiring, "mara").text)).tags]

    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(words=HOSTILE.filter(str.strip), name=HOSTILE.filter(str.strip), ip=st.ip_addresses(v=4).map(str))
    def property_(words: str, name: str, ip: str) -> None:
        with wiring.shop_session(shop.shop_id) as session, session.begin():
            session.execute(
                text("update landing_pages set words = :w, picture = 'https://x/' || :w"), {"w": words}
            )
            session.execute(text("update creators set name = :n where handle = 'mara'"), {"n": name})
        shown = Shown(drawn(look(client, wiring, "mara", ip=ip).text))
        assert [tag for tag, _ in shown.tags if tag != "p"] == [tag for tag in usual if tag != "p"]
        assert words.strip() in shown.words
        picture = next(attrs for tag, attrs in shown.tags if tag == "img")
        assert (picture["src"], picture["alt"]) == (f"https://x/{words}", name)

    property_()


def test_whatever_is_asked_for_nothing_breaks(wiring: Wiring, client: Client) -> None:
    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        path=st.text(max_size=80), method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS"]),
        extra=st.text(max_size=40), ip=st.ip_addresses(v=4).map(str),
    )  # fmt: skip
    def property_(path: str, method: str, extra: str, ip: str) -> None:
        safe = extra.encode("utf-8", "replace").decode()
        answer = look(
            client,
            wiring,
            path.encode("utf-8", "replace").decode(),
            method=method,
            ip=ip,
            query=signed(wiring, q=safe),
        )
        assert answer.status_code in {200, 400, 401, 404, 405, 411, 429}
        assert answer.status_code != 200 or path.strip("/").lower() in {"mara", "apply"}
        assert "<x>" not in answer.text

    property_()
