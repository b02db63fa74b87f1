"""Shopify tells later which visits came before an order: evidence with its own time, whatever arrives first."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.flows.order_to_ledger import JOURNEY_TOPIC
from app.flows.prove import prove
from app.orders import forget
from app.wiring import Wiring
from tests.bodies import Json, code, order
from tests.conftest import NOW
from tests.credit_shop import PLACED, CreditShop, visited

MARA, THEO = "https://lumen.myshopify.com/?ref=mara&utm_source=ig", "/products/serum?sca_ref=theo"


def journey(*visits: tuple[timedelta, str], order_id: int = 1001) -> Json:
    """Visits by how long before the order."""
    told = [[(PLACED - before).isoformat(), page] for before, page in visits]
    return {"id": f"gid://shopify/Order/{order_id}", "visits": told}


def plain(**more: Any) -> Json:
    return order(1001, placed=PLACED, updated=PLACED, **more)


def deliver(shop: CreditShop, *sent: tuple[str, Json]) -> None:
    for topic, body in sent:
        shop.deliver(topic, body, source="reread" if topic == JOURNEY_TOPIC else "webhook")
    shop.work()


def test_an_order_without_code_or_cookie_is_credited_by_the_visit_that_shopify_saw(shop: CreditShop) -> None:
    deliver(shop, ("orders/create", plain()))
    assert shop.credited() == {}
    deliver(shop, (JOURNEY_TOPIC, journey((timedelta(days=3), MARA))))
    assert shop.credited() == {"mara": "1"}
    (found,) = shop.told()["candidates"]
    assert (found["found_by"]["method"], found["found_by"]["reliability"]) == ("journey", "good")
    assert found["age_seconds"] == timedelta(days=3).total_seconds()


@pytest.mark.parametrize("sent", list(itertools.permutations(range(3))))
def test_the_sequence_in_which_shopify_tells_does_not_matter(shop: CreditShop, sent: tuple[int, ...]) -> None:
    told = [
        ("orders/create", plain(codes=[code("THEO5")])),
        (JOURNEY_TOPIC, journey((timedelta(days=2), THEO), (timedelta(days=9), MARA))),
        (JOURNEY_TOPIC, journey((timedelta(days=2), THEO), (timedelta(days=9), MARA))),
    ]
    deliver(shop, *(told[n] for n in sent))
    assert shop.credited() == {"theo": "1"}
    assert [(c["kind"], c["value"]) for c in shop.told()["candidates"]] == [
        ("code", "THEO5"),
        ("click", "theo"),
        ("click", "mara"),
    ]


@pytest.mark.parametrize(("days", "credited"), [(29, {"mara": "1"}), (31, {})])
def test_the_window_counts_from_the_visit_itself(
    shop: CreditShop, days: int, credited: dict[str, str]
) -> None:
    deliver(shop, ("orders/create", plain()), (JOURNEY_TOPIC, journey((timedelta(days=days), MARA))))
    assert shop.credited() == credited


def test_a_visit_after_the_order_or_through_no_link_of_this_shop_is_no_evidence(shop: CreditShop) -> None:
    pages = (
        (timedelta(hours=-1), MARA),
        (timedelta(days=1), "/?ref=nobody"),
        (timedelta(days=1), "/?ref=%00"),
    )
    deliver(shop, ("orders/create", plain()), (JOURNEY_TOPIC, journey(*pages)))
    assert (shop.credited(), shop.told()["candidates"]) == ({}, [])


def test_better_evidence_of_the_same_link_stands_alone(shop: CreditShop) -> None:
    shop.click("mara", PLACED - timedelta(days=2))
    deliver(
        shop,
        ("orders/create", visited(placed=PLACED, updated=PLACED, landing_site="/?ref=theo")),
        (JOURNEY_TOPIC, journey((timedelta(days=2), MARA), (timedelta(days=1), THEO))),
    )
    methods = [(c["value"], c["found_by"]["method"]) for c in shop.told()["candidates"]]
    assert sorted(methods) == [("mara", "cart"), ("theo", "landing")]


def test_the_later_word_replaces_the_earlier_whichever_is_read_last(wiring: Wiring, shop: CreditShop) -> None:
    late, early = journey((timedelta(days=1), THEO)), journey((timedelta(days=1), MARA))
    deliver(shop, ("orders/create", plain()))
    shop.deliver(JOURNEY_TOPIC, late, source="reread", triggered=NOW)
    shop.work()
    shop.deliver(JOURNEY_TOPIC, early, source="reread", triggered=NOW - timedelta(minutes=5))
    shop.work()
    assert shop.credited() == {"theo": "1"}
    with wiring.shop_session(shop.shop_id) as session, wiring.batch_session() as again:
        checks = prove(session, again, shop.context, NOW)["checks"]
    assert [check for check in checks if not check["ok"]] == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"id": "x", "visits": []}', b'{"id": "gid://shopify/Order/1001", "visits": [["yesterday", "/"]]}',
     b'{"id": "gid://shopify/Order/1001", "visits": "\xff"}'],
)  # fmt: skip
def test_what_cannot_be_read_is_set_aside_with_its_reason(shop: CreditShop, body: bytes) -> None:
    shop.deliver(JOURNEY_TOPIC, body, source="reread")
    shop.work()
    ((state, reason),) = shop.inbox()
    assert state == "parked"
    assert reason


def test_replay_ends_where_the_shop_stands(wiring: Wiring, shop: CreditShop) -> None:
    deliver(shop, (JOURNEY_TOPIC, journey((timedelta(days=3), MARA))), ("orders/create", plain()))
    replayed = wiring.replayer(shop.context, NOW, now=NOW)
    assert replayed.identical, replayed.compared.differences[:3]
    assert shop.credited() == {"mara": "1"}


def test_the_file_for_a_shopper_tells_the_visits_and_an_erased_shop_keeps_none(
    wiring: Wiring, shop: CreditShop
) -> None:
    deliver(shop, ("orders/create", plain()), (JOURNEY_TOPIC, journey((timedelta(days=3), MARA))))
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        (told,) = forget.held(session, shop.shop_id, [1001])
        ((at, page),) = told["visits"]
        assert (datetime.fromisoformat(at), page) == (PLACED - timedelta(days=3), MARA)
        forget.forget_shop(session, shop.shop_id)
        assert session.execute(text("select count(*) from journeys")).scalar_one() == 0
