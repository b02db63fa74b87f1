"""Semantics 2: who brought an order. Candidates, their order, windows, policies, and who is never credited.

Codes against links of two creators, and a decision by hand: test_e10_codes_and_links_together. The till and draft
orders: test_life_of_a_conversion_channels. Test orders: test_life_of_a_conversion.
"""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from app.campaigns.crediting import CreditPolicy
from app.flows.take_clicks import take_clicks
from app.tracking import store as tracking
from app.tracking.add_link import add_link
from app.tracking.click import Click, Consent, Verdict
from app.tracking.set_policy import set_policy
from devstore.order_model import DiscountRequest, Order, OrderRequest
from devstore.verbs.place_order import place_order
from devstore.visit_model import Visit
from tests.stories.life import PATIENCE, Life, life

__all__ = ["life"]

CODES = {"theo": "THEO5", "ines": "INES10"}


@pytest.fixture(scope="module")
def shop(life: Life) -> Life:
    """Beside Mara: Theo with a link, and Ines, whose code counts only with a click."""
    house = life.house
    for handle, code in CODES.items():
        house.add_creator(handle.title(), handle, code)
    for code in CODES.values():
        house.until(partial(house.shop.redeem_code, code), f"the code {code} in Shopify", PATIENCE)
    with house.wiring.shop_session(house.shop_id) as session, session.begin():
        theo = tracking.code(session, CODES["theo"])
        assert theo is not None
        how = {"actor": "story", "now": house.state.now}
        add_link(session, theo.enrollment_id, "theo", to_path="/", channel="instagram", program="main", **how)  # type: ignore[arg-type]
        set_policy(
            session,
            CODES["ines"],
            CreditPolicy.ONLY_WITH_CLICK,
            is_new=True,
            actor="story",
            now=house.state.now,
        )
    return life


def click(shop: Life, visitor: str, *, days: float) -> None:
    """The visitor came through Theo's link that many days ago."""
    house = shop.house
    with house.wiring.shop_session(house.shop_id) as session, session.begin():
        link = tracking.link(session, "theo")
        assert link is not None
        made = Click(id=int(days * 1000) + link.id, link_id=link.id, at=house.state.now - timedelta(days=days),
                     visitor=visitor, verdict=Verdict.BILLABLE, consent=Consent.GRANTED)  # fmt: skip
        take_clicks(session, [(house.shop_id, made)])


def visited(shop: Life, visitor: str) -> Order:
    return shop.order(code=None, note_attributes={"_tribute_visitor": visitor})


def with_codes(shop: Life, **taken: int) -> Order:
    """An order with these codes, in this order, each taking so much off."""
    discounts = [DiscountRequest("discount_code", code, Decimal(off)) for code, off in taken.items()]
    return place_order(
        shop.state, shop.shop, OrderRequest(lines=[shop.line()], discounts=discounts, shipping=Decimal(0))
    )


def settle(shop: Life) -> None:
    assert shop.house.devstore.courier.settle(20)
    shop.house.until(shop.house.is_quiet, "every order was looked at", PATIENCE)


def credited(shop: Life, *orders: Order) -> list[tuple[str | None, str | None]]:
    """(creator, why nobody) of each order."""
    told = [shop.told(order) for order in orders]
    return [(t["credits"][0]["creator"] if t["credits"] else None, t["reason_code"]) for t in told]


def test_a_click_counts_within_its_window_and_the_newest_restarts_it(shop: Life) -> None:
    click(shop, "early", days=31)
    click(shop, "again", days=45)
    click(shop, "again", days=29)
    orders = [visited(shop, visitor) for visitor in ("early", "again", "nobody")]
    settle(shop)
    assert credited(shop, *orders) == [(None, "out_of_window"), ("theo", None), (None, "no_evidence")]
    assert shop.status(orders[0]) == "unqualified"


def test_of_two_codes_the_larger_discount_wins_a_tie_goes_to_the_first_and_both_are_flagged(
    shop: Life,
) -> None:
    larger, tie = with_codes(shop, MARA10=3, THEO5=9), with_codes(shop, THEO5=4, MARA10=4)
    settle(shop)
    assert credited(shop, larger, tie) == [("theo", None), ("theo", None)]
    for order in (larger, tie):
        told = shop.told(order)
        assert (told["status"], told["flags"]) == ("flagged", ["two_creators"])
        assert told["candidates"][0]["reason_code"] == "won"


def test_a_code_that_counts_only_with_a_click_and_a_code_of_nobody(shop: Life) -> None:
    alone, unowned = with_codes(shop, INES10=5), with_codes(shop, SUMMER=5)
    settle(shop)
    assert credited(shop, alone, unowned) == [(None, "needs_click"), (None, "unowned_code")]


def test_six_models_stand_beside_the_one_that_pays_and_share_the_whole(shop: Life) -> None:
    click(shop, "models", days=2)
    order = shop.order(note_attributes={"_tribute_visitor": "models"})
    settle(shop)
    told = shop.told(order)
    assert (told["model"], told["credits"][0]["creator"]) == ("code_then_last_click", "mara")
    assert len(told["models"]) == 6
    assert {m["model"] for m in told["models"]} >= {
        "first_click",
        "linear",
        "time_decay",
        "position",
        "shapley",
    }


def test_an_order_of_before_the_install_and_a_gift_of_ours_earn_nothing(shop: Life) -> None:
    before = shop.order(at=shop.house.context.installed_at - timedelta(days=1))
    gift, landed = (
        shop.order(tags=["tribute-gift"]),
        shop.order(code=None, visit=Visit(landing_site="/?ref=theo")),
    )
    settle(shop)
    assert credited(shop, before, gift, landed) == [
        (None, "before_install"),
        (None, "gift_order"),
        ("theo", None),
    ]
