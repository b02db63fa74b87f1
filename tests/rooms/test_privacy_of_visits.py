"""A customer's visits are shown to them and forgotten with them; what the books say of them stays."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.flows.load_clicks import load_all
from app.orders.store import rejudge
from app.shops import store
from app.tracking.click import Click, Consent, Verdict
from app.tracking.spool.record import Visited, line
from app.tracking.spool.writer import SpoolWriter
from app.tracking.store import clicks
from app.wiring import Wiring
from tests.bodies import Json, order
from tests.conftest import NOW
from tests.credit_shop import CreditShop, credit_shop
from tests.replaying import replayed

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


WHO = "email=ada%40example.com&fbclid=adas-browser"


def test_addresses_of_pages_keep_who_sent_the_shopper_and_not_who_it_was(
    wiring: Wiring, shop: CreditShop
) -> None:
    shop.deliver("orders/create", order(
        1002, customer={"id": CUSTOMER}, landing_site=f"/account/ada?{WHO}&ref=mara&gclid=adas-ad",
        referring_site="https://mail.example/ada?q=ada",
    ))  # fmt: skip
    visit = [(NOW - timedelta(days=2)).isoformat(), f"https://lumen.example/ada?{WHO}&ref=theo"]
    shop.deliver("orders/journey", {"id": "gid://shopify/Order/1002", "visits": [visit]}, source="reread")
    shop.work()
    before = shop.told(1002)
    assert "theo" in [c["creator"] for c in before["candidates"]]
    shop.deliver("customers/redact", about(orders_to_redact=[1001, 1002]))
    shop.work()
    with wiring.shop_session(shop.shop_id) as session:
        kept = [
            str(row)
            for table in ("orders", "journeys")
            for row in session.execute(text(f"select * from {table}"))  # noqa: S608 - named above
        ]
    with wiring.platform_session() as platform:
        kept += [bytes(b).decode() for b in platform.execute(text("select body from inbox")).scalars()]
    assert len(kept) > 4
    for person in ("adas-", "ada%40", "example/ada", "/account"):
        assert [row for row in kept if person in row] == []
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        rejudge.mark(session, [(shop.shop_id, 1001), (shop.shop_id, 1002)])
    shop.work()
    again = shop.told(1002)
    assert (again["credits"], again["candidates"]) == (before["credits"], before["candidates"])
    assert shop.credited() == {"mara": "1"}
    assert replayed(shop).identical


def test_a_visit_that_waited_in_the_spool_until_its_shopper_was_forgotten_is_blank(
    wiring: Wiring, shop: CreditShop
) -> None:
    with wiring.shop_session(shop.shop_id) as session:
        link = session.scalar(text("select id from links where slug = 'mara'"))
    late = [Visited(shop.shop_id, link, number, NOW - timedelta(hours=3), ("aa" * 12, "bb" * 12), "browser", "https://mail.example/ada", WHO)
            for number in (77, 78)]  # fmt: skip
    shop.deliver(
        "orders/create",
        order(1002, customer={"id": CUSTOMER}, note_attributes=[{"name": "_tribute_click", "value": "77"}]),
    )
    shop.work()
    shop.deliver("customers/redact", about(orders_to_redact=[1002]))
    shop.work()
    spool = SpoolWriter(wiring.settings.spool, NOW)
    for visit in late:
        spool.append(line(visit))
    spool.close()
    load_all(wiring.batch_session, wiring.settings.spool)
    shop.work()
    told = {row[0]: row[1:] for row in held(wiring, shop)}
    assert told[77] == (None, None, True, "", "")
    assert told[78][:2] == (f"?{WHO}", "https://mail.example/ada")
    assert shop.credited(1002) == {"mara": "1"}


def test_a_visit_in_the_rest_of_old_months_is_forgotten_too(wiring: Wiring, shop: CreditShop) -> None:
    old = NOW - timedelta(days=600)
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        link = session.scalar(text("select id from links where slug = 'mara'"))
        told = Click(id=90, link_id=link, at=old, visitor="v-ada", verdict=Verdict.BILLABLE, consent=Consent.GRANTED,
                     landing="?fbclid=adas", print=b"p" * 16, device="phone")  # fmt: skip
        clicks.keep(session, [(shop.shop_id, told)])
        lies = session.scalar(text("select tableoid::regclass::text from clicks where id = 90"))
    assert lies == "clicks_rest"
    shop.deliver("customers/redact", about(orders_to_redact=[1001]))
    shop.work()
    assert (90, None, None, True, "", "") in held(wiring, shop)
