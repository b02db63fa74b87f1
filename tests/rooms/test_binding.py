"""Customers who stay with the creator that brought them first."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from app.campaigns.crediting import Source
from tests.bodies import code, order
from tests.credit_shop import PLACED, CreditShop, visited


@pytest.mark.parametrize(
    ("binding_days", "gap", "credited"),
    [
        (0, 1, {}),
        (90, 90, {"mara": "1"}),
        (90, 91, {}),
        (None, 3000, {"mara": "1"}),
    ],
)
def test_a_known_customer_stays_with_their_first_creator_as_long_as_the_program_says(
    shop: CreditShop, binding_days: int | None, gap: int, credited: dict[str, str]
) -> None:
    with shop.wiring.platform_session() as session, session.begin():
        session.execute(text("update shops set installed_at = '2010-01-01'"))
    first = PLACED - timedelta(days=gap)
    shop.offer(shop.rules, datetime.fromisoformat("2010-01-01T00:00:00+00:00"))
    shop.credit_by(at=first - timedelta(days=1), binding_days=binding_days)
    shop.deliver("orders/create", order(1000, codes=[code("MARA10")], placed=first))
    shop.deliver("orders/create", order(1001))
    shop.work()
    assert shop.credited(1000) == {"mara": "1"}
    assert shop.credited(1001) == credited


def test_a_binding_stands_behind_every_click_and_code_unless_the_merchant_ranks_it_first(
    shop: CreditShop,
) -> None:
    shop.credit_by(at=PLACED - timedelta(days=9), binding_days=None)
    shop.deliver("orders/create", order(1000, codes=[code("MARA10")], placed=PLACED - timedelta(days=3)))
    shop.click("theo", PLACED - timedelta(days=1))
    shop.deliver("orders/create", visited(1001))
    shop.work()
    assert (shop.credited(1001), shop.reasons(1001)) == (
        {"theo": "1"}, [("theo", "won"), ("#1000", "weaker_source")],
    )  # fmt: skip
    first = (Source.BINDING, Source.CODE, Source.CLICK)
    shop.credit_by(at=PLACED + timedelta(seconds=1), binding_days=None, sources=first)
    shop.deliver("orders/create", visited(1002, placed=PLACED + timedelta(minutes=1)))
    shop.work()
    assert shop.credited(1002) == {"mara": "1"}


def test_the_first_order_of_a_customer_binds_also_when_it_is_learnt_last(shop: CreditShop) -> None:
    shop.credit_by(at=PLACED - timedelta(days=9), binding_days=None)
    shop.deliver("orders/create", order(1001))
    shop.work()
    assert shop.credited() == {}
    shop.deliver("orders/create", order(1000, codes=[code("MARA10")], placed=PLACED - timedelta(days=3)))
    shop.work()
    assert shop.credited() == {"mara": "1"}
