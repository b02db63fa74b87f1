"""/proxy/apply: somebody asks to become a creator, and nobody learns who already is one."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from app.campaigns import store as campaigns
from app.shops import store as shops
from app.storefront.put_signup import put_signup
from app.storefront.signup import Signup
from app.wiring import Wiring
from tests.conftest import NOW
from tests.credit_shop import CreditShop, credit_shop
from tests.drawn import drawn
from tests.rooms.test_pages_in_the_store import Shown, signed

FORM = Signup(True, "Join us.", ("Why {{ shop }}?",), "Be kind.")
SENT = {"name": "Ida Holm", "email": "Ida@example.com", "channels": "instagram.com/ida", "country": "Denmark", "answer-0": "Skin.", "agree": "1"}  # fmt: skip


@pytest.fixture
def shop(wiring: Wiring) -> CreditShop:
    built = credit_shop(wiring)
    open_form(built, FORM)
    return built


def open_form(shop: CreditShop, form: Signup) -> None:
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        put_signup(session, campaigns.program(session, "main"), form, actor="test", now=NOW)


def send(
    client: Client, wiring: Wiring, sent: Any = None, *, ip: str = "203.0.113.7", **more: Any
) -> TestResponse:
    address = f"/proxy/apply{more.get('path', '')}?{signed(wiring)}"
    return client.open(
        address,
        method=more.get("method", "POST"),
        data=SENT if sent is None else sent,
        headers={"X-Forwarded-For": ip},
    )


def kept(shop: CreditShop) -> list[Any]:
    with shop.wiring.shop_session(shop.shop_id) as session:
        return list(
            session.execute(
                text("select name, email, channels, country, answers from applications order by id")
            )
        )


def test_the_form_asks_what_the_merchant_wrote(wiring: Wiring, client: Client) -> None:
    answer = client.get(f"/proxy/apply?{signed(wiring)}")
    shown = Shown(drawn(answer.text))
    assert answer.status_code == 200
    for part in ("Join us.", "Why {{ shop }}?", "Be kind.", "I agree"):
        assert part in shown.words
    assert client.get(f"/proxy/apply/main?{signed(wiring)}").text == answer.text


def test_an_application_is_kept_once_and_everybody_gets_the_same_answer(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    first, again = send(client, wiring), send(client, wiring, SENT | {"name": "Somebody else"})
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert "Thank you" in drawn(first.text)
    assert [tuple(row) for row in kept(shop)] == [
        ("Ida Holm", "ida@example.com", "instagram.com/ida", "Denmark", {"Why {{ shop }}?": "Skin."})
    ]


def test_a_machine_that_fills_in_everything_is_thanked_and_forgotten(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    answer = send(client, wiring, SENT | {"company_website": "x"})
    assert (answer.status_code, kept(shop)) == (200, [])
    assert answer.data == send(client, wiring).data


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "It is empty"), ({"email": "ida"}, "is not an e-mail address"), ({"agree": ""}, "agree to them"),
        ({"answer-0": "x" * 2001}, "at most 2000"), ({"name": "<b>\x00"}, "cannot be shown"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    wiring: Wiring, shop: CreditShop, client: Client, wrong: dict[str, str], sentence: str
) -> None:
    answer = send(client, wiring, SENT | {"country": "Åland"} | wrong)
    html = drawn(answer.text)
    assert answer.status_code == 422
    assert sentence in html
    assert "Åland" in html
    assert kept(shop) == []


def test_a_form_that_is_closed_or_of_no_program_is_not_there(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    assert send(client, wiring, path="/nobody").status_code == 404
    assert send(client, wiring, path="/%7B%7B").status_code == 404
    open_form(shop, Signup())
    assert (send(client, wiring).status_code, kept(shop)) == (404, [])


def test_ten_an_hour_from_one_address_and_no_more_than_64_kibibytes(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    assert send(client, wiring, SENT | {"channels": "x" * 70_000}).status_code == 413
    seen = [send(client, wiring).status_code for _ in range(10)]
    assert (set(seen[:9]), seen[9]) == ({200}, 429)
    assert len(kept(shop)) == 1


def test_whatever_is_sent_nothing_breaks_and_no_markup_comes_back(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    values = st.text(
        st.sampled_from([*"{}%<>'\"&x\x00\n "]) | st.characters(exclude_categories=["Cs"]), max_size=60
    )
    bodies = st.binary(max_size=200) | st.dictionaries(
        st.sampled_from([*SENT, "x", "company_website"]), values, max_size=7
    )

    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(body=bodies, ip=st.ip_addresses(v=4).map(str))
    def property_(body: Any, ip: str) -> None:
        answer = send(client, wiring, body, ip=ip)
        assert answer.status_code in {200, 422, 413, 429}
        known = {
            "style",
            "section",
            "h1",
            "p",
            "form",
            "div",
            "label",
            "input",
            "textarea",
            "button",
            "small",
            "a",
        }
        assert {tag for tag, _ in Shown(drawn(answer.text)).tags} <= known

    property_()


def about(shop: CreditShop, topic: str, **more: Any) -> None:
    customer = {"id": 777, "email": " IDA@example.com"}
    shop.deliver(topic, {"customer": customer, "shop_domain": shop.domain, **more})
    shop.work()


def test_the_file_for_a_person_holds_the_application_that_waits(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    send(client, wiring)
    send(client, wiring, {**SENT, "email": "eve@example.com"})
    about(shop, "customers/data_request", data_request={"id": 31})
    with wiring.shop_session(shop.shop_id) as session:
        (asked,) = shops.privacy_requests(session)
        (told,) = shops.privacy_answer(session, asked.id)["applications"]
    assert (told["name"], told["email"], told["answers"]) == (
        "Ida Holm",
        "ida@example.com",
        {"Why {{ shop }}?": "Skin."},
    )


def test_a_person_who_is_to_be_forgotten_applies_no_more(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    send(client, wiring)
    send(client, wiring, {**SENT, "email": "eve@example.com"})
    about(shop, "customers/redact", orders_to_redact=[])
    assert [row.email for row in kept(shop)] == ["eve@example.com"]
