"""A merchant drafts other terms, tries them, publishes them with notice; each order is priced by its own version."""

import re
from datetime import timedelta

from app.commissions.balances import balances
from app.flows.explain import explain
from tests.stories.house import House

OFFER = {
    "discount_kind": "percent",
    "discount": "10",
    "limit_of": "offer",
    "combine_shipping": "yes",
    "hold_days": "30",
    "hold_from": "paid",
    "pos": "with_code",
    "drafts": "with_code",
    "rules.0.kind": "percent",
    "rules.0.rate": "20",
    "rules.1.kind": "cap",
    "rules.1.per": "order",
    "rules.1.amount": "50",
}
EDITOR, PUBLISH = "/programs/main/offer", "/programs/main/offer/publication"


def pending(house: House) -> int:
    with house.wiring.shop_session(house.shop_id) as session:
        return balances(session, "EUR", house.state.now).get("mara", {}).get("EUR", {}).get("pending", 0)


def version_of(house: House, order_id: int) -> int | None:
    with house.wiring.shop_session(house.shop_id) as session:
        found: int | None = explain(session, str(order_id), house.state.now)["offer_version"]
        return found


def test_an_older_order_keeps_its_terms_when_new_ones_hold(house: House) -> None:
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code MARA10 in Shopify")
    older = house.order("MARA10")
    # 48.00 less 10 % contains 21 % tax: 35.70, of which 12 % are 4.28.
    house.until(lambda: pending(house) == 428, "the commission of the first order")

    tried = house.ask("POST", EDITOR, **OFFER, act="try").text
    assert "1</bdi> of <bdi>1</bdi> orders would pay a different amount" in tried
    assert "€2.86</bdi> more" in tried
    assert house.ask("POST", EDITOR, **OFFER, read="").status_code == 303
    review = house.ask("GET", PUBLISH).text
    assert "<bdi>12%</bdi>" in review
    stamp = re.search(r'name="read" value="([^"]+)"', review)
    assert stamp
    assert house.ask("POST", PUBLISH, read=stamp[1], when="notice").status_code == 303
    assert "New terms are on their way" in house.ask("GET", "/programs/main").text

    house.state.clock.move(timedelta(days=9))
    newer = house.order("MARA10")
    house.until(lambda: pending(house) == 428 + 714, "the second order at 20 %")
    assert (version_of(house, older.id), version_of(house, newer.id)) == (1, 2)
    told = house.ask("GET", "/programs/main/versions").text
    assert told.index("Version <bdi>2</bdi>") < told.index("Version <bdi>1</bdi>")
    assert told.count("<dt>Orders priced</dt><dd><bdi>1</bdi></dd>") == 2
