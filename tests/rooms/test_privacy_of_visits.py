"""A customer's visits are shown to them and forgotten with them; what the books say of them stays."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.shops import store
from app.tracking.click import Click, Consent, Verdict
from app.tracking.store import clicks
from app.wiring import Wiring
from tests.bodies import Json, order
from tests.conftest import NOW
from tests.credit_shop import CreditShop, credit_shop

CUSTOMER = 777000777


@pytest.fixture
def shop(wiring: Wiring) -> CreditShop:
    made = credit_shop(wiring)
    with wiring.shop_session(made.shop_id) as session, session.begin():
        link = session.scalar(text("select id from links where slug = 'mara'"))
        told = [
            (made.shop_id, Click(
                id=number, link_id=link, at=NOW - timedelta(days=number), visitor=visitor, verdict=Verdict.BILLABLE,
                consent=Consent.GRANTED, landing="?fbclid=adas", referrer="https://mail.example/ada", print=b"p" * 16,
                device="phone", country="NL",
            ))
            for number, visitor in ((1, None), (2, "v-ada"), (3, "v-eve"))
        ]  # fmt: skip
        clicks.keep(session, told)
    names = [{"name": "_tribute_click", "value": "1"}, {"name": "_tribute_visitor", "value": "v-ada"}]
    made.deliver("orders/create", order(1001, customer={"id": CUSTOMER}, note_attributes=names))
    made.work()
    return made


def about(**more: Any) -> Json:
    return {"customer": {"id": CUSTOMER, "email": None}, "shop_domain": "x", **more}


def held(wiring: Wiring, shop: CreditShop) -> list[tuple[Any, ...]]:
    with wiring.shop_session(shop.shop_id) as session:
        found = session.execute(
            text("select id, landing, referrer, print is null, device, country from clicks order by id")
        )
        return [tuple(row) for row in found]


def test_the_file_for_a_customer_holds_the_visits_before_their_orders(
    wiring: Wiring, shop: CreditShop
) -> None:
    shop.deliver("customers/data_request", about(orders_requested=[1001], data_request={"id": 31}))
    shop.work()
    with wiring.shop_session(shop.shop_id) as session:
        (asked,) = store.privacy_requests(session)
        file = store.privacy_answer(session, asked.id)
    assert [(v["link"], v["visitor"], v["consent"], v["country"]) for v in file["visits"]] == [
        ("mara", "v-ada", "granted", "NL"),
        ("mara", None, "granted", "NL"),
    ]
    assert "v-eve" not in json.dumps(file)


def test_forgetting_a_customer_forgets_their_visits_and_nobody_elses(
    wiring: Wiring, shop: CreditShop
) -> None:
    credited = shop.credited()
    shop.deliver("customers/redact", about(orders_to_redact=[1001]))
    shop.work()
    assert held(wiring, shop) == [
        (1, None, None, True, "", ""),
        (2, None, None, True, "", ""),
        (3, "?fbclid=adas", "https://mail.example/ada", False, "phone", "NL"),
    ]
    assert shop.credited() == credited == {"mara": "1"}
