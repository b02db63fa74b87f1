"""What the page Tracking quality counts: evidence of orders, how visits were found, consent, and joins that were lost."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from app.reports.tracking import EVIDENCE, LOST, Quality, Span, quality, why_lost
from app.tracking.click import Trail, Verdict
from app.tracking.token import ClickToken, token_keys, write
from app.wiring import Wiring
from tests.bodies import code, order
from tests.conftest import NOW
from tests.credit_shop import PLACED, CreditShop, visited


def told(shop: CreditShop, *, days: int = 28) -> Quality:
    since, until = NOW - timedelta(days=days), NOW + timedelta(days=1)
    span = Span(since, until, since.date().isoformat(), until.date().isoformat())
    with shop.wiring.shop_session(shop.shop_id) as session:
        return quality(session, span)


def test_each_order_is_counted_once_by_what_it_was_credited_by(shop: CreditShop) -> None:
    shop.click("mara", PLACED - timedelta(days=1))
    shop.click("theo", PLACED - timedelta(days=1), visitor="v-2")
    bodies = [
        visited(1001, codes=[code("MARA10")]),
        visited(
            1002, visitor="v-2", codes=[code("MARA10")]
        ),  # Another creator's visit is no visit of this one.
        visited(1003),
        order(1004, codes=[code("SUMMER")]),
        order(1005),
    ]
    for body in bodies:
        shop.deliver("orders/create", body)
    shop.work()
    found = told(shop)
    assert found.orders == 5
    assert found.evidence == {"code_and_visit": 1, "code": 1, "visit": 1, "uncredited": 1, "none": 1}
    assert set(found.evidence) <= set(EVIDENCE)
    assert found.found_by == {"cart": 2}
    assert (found.visits, found.share(1)) == (2, Decimal("0.2"))
    assert told(shop, days=-2).orders == 0
    assert told(shop, days=-2).share(0) is None


def test_visits_that_did_not_count_are_told_with_the_reason(shop: CreditShop) -> None:
    shop.click("mara", PLACED - timedelta(days=40))
    shop.click("theo", PLACED - timedelta(days=1), visitor="v-2", verdict=Verdict.BOT)
    shop.deliver("orders/create", visited(1001))
    shop.deliver("orders/create", visited(1002, visitor="v-2"))
    shop.work()
    found = told(shop)
    assert found.failed == {"bot_click": 1, "out_of_window": 1}
    assert found.evidence == {"uncredited": 2}


def test_a_visit_that_an_order_names_and_nobody_knows_is_told_with_an_example(
    shop: CreditShop, wiring: Wiring
) -> None:
    keys = token_keys(wiring.settings.secret_keys)
    unknown = write(ClickToken(shop.shop_id, 1, PLACED, 99), keys[0])
    attributes = [{"name": "_tribute_click", "value": unknown}]
    shop.deliver(
        "orders/create", order(1001, landing_site=f"/?tribute_click={unknown}", note_attributes=attributes)
    )
    shop.deliver("orders/create", order(1002, landing_site=f"/?tribute_click={unknown}"))
    shop.deliver("orders/create", order(1003, landing_site="/?ref=nobody"))
    shop.deliver("orders/create", visited(1004, visitor="never-seen"))
    shop.deliver("orders/create", order(1005, landing_site="/products/serum"))
    shop.work()
    found = told(shop)
    lost = [(join.reason, join.orders, join.example_id) for join in found.lost]
    assert lost == [("click_unknown", 2, 1002), ("browser_unknown", 1, 1004), ("link_unknown", 1, 1003)]
    assert {reason for reason, *_ in lost} == set(LOST)
    assert (found.by_link, found.agreed) == (2, 1)


def test_a_click_in_a_cart_shows_that_the_theme_embed_is_on(shop: CreditShop) -> None:
    """Whoever comes by a short link brings the click along: nobody asks the app for one, and only orders tell."""
    seen = "select setup ->> 'embed_seen' from shops where id = :id"
    for number, attributes in ((1001, []), (1002, [{"name": "_tribute_click", "value": "17"}])):
        with shop.wiring.platform_session() as session:
            assert session.scalar(text(seen), {"id": shop.shop_id}) is None
        shop.deliver("orders/create", order(number, note_attributes=attributes))
        shop.work()
    with shop.wiring.platform_session() as session:
        assert session.scalar(text(seen), {"id": shop.shop_id}) == PLACED.date().isoformat()


def test_another_shops_orders_are_not_counted(shop: CreditShop, wiring: Wiring) -> None:
    shop.deliver("orders/create", order(1001, codes=[code("MARA10")]))
    shop.work()
    assert told(CreditShop(wiring, domain="other.myshopify.com")).orders == 0


@pytest.mark.parametrize(
    ("named", "why"),
    [
        (Trail(), None),
        (Trail(slug="mara"), "link_unknown"),
        (Trail(visitor="v", slug="mara"), "browser_unknown"),
        (Trail(visitor="v", click_id=1, slug="mara"), "click_unknown"),
    ],
)
def test_the_nearest_thing_that_an_order_names_is_the_reason(named: Trail, why: str | None) -> None:
    assert why_lost(named) == why
