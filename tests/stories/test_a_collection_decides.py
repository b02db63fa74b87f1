"""20 % on the collection Summer, else 10 %: each order is priced by where the product was when it was placed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from app.campaigns import store as campaigns
from app.campaigns.model import ConditionSpec, Discount, OfferTerms, RuleSpec
from app.catalog import store as catalog
from app.commissions.balances import balances
from app.flows.explain import explain
from app.flows.publish_offer import Publication, publish_offer
from devstore.verbs.shelves import create_collection, sort_product
from tests.stories.house import House


def publish(house: House, collection: int) -> None:
    """What a merchant publishes at once, with everybody's agreement."""
    summer = ConditionSpec("collection", {"ids": [str(collection)]})
    rules = (RuleSpec("percent", {"rate": "0.1"}), RuleSpec("percent", {"rate": "0.2"}, (summer,)))
    now = house.state.now
    with house.wiring.shop_session(house.shop_id) as session, session.begin():
        asked = Publication(
            OfferTerms(30, Discount.of_percent(Decimal(10)), rules), now, agreed="all", reprice=True
        )
        program = campaigns.program(session, "main")
        publish_offer(session, house.wiring.desk, program, asked, actor="1", now=now)


def pending(house: House) -> int:
    with house.wiring.shop_session(house.shop_id) as session:
        return balances(session, "EUR", house.state.now).get("mara", {}).get("EUR", {}).get("pending", 0)


def line_of(house: House, order_id: int) -> Any:
    with house.wiring.shop_session(house.shop_id) as session:
        return explain(session, str(order_id), house.state.now)["credits"][0]["lines"][0]


def is_in(house: House, collection: int) -> bool:
    """Is it told that the collection holds a product? However many readings it took to hear of it."""
    with house.wiring.shop_session(house.shop_id) as session:
        return bool(catalog.held_in(session, house.shop_id, str(collection)))


def test_an_order_keeps_the_rate_of_the_collection_that_its_product_was_in(house: House) -> None:
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code MARA10 in Shopify")
    summer = create_collection(house.state, house.shop, "Summer")
    serum = house.shop.product_by_handle("serum")
    sort_product(house.state, house.shop, summer, serum, into=True)
    house.state.clock.move(timedelta(hours=1))
    publish(house, summer.id)
    house.until(lambda: is_in(house, summer.id), "the products of the collection")

    house.state.clock.move(timedelta(hours=1))
    inside = house.order("MARA10")
    # 48.00 less 10 % contains 21 % tax: 35.70, of which 20 % are 7.14.
    house.until(lambda: pending(house) == 714, "the commission of an order in the collection")
    house.state.clock.move(timedelta(days=1))
    sort_product(house.state, house.shop, summer, serum, into=False)
    house.until(lambda: not is_in(house, summer.id), "that the product left the collection")
    house.state.clock.move(timedelta(days=1))
    outside = house.order("MARA10")
    house.until(lambda: pending(house) == 714 + 357, "the commission of an order outside the collection")

    was, is_ = line_of(house, inside.id), line_of(house, outside.id)
    assert (was["rate"], is_["rate"]) == ("0.2", "0.1")
    assert any(str(summer.id) in reason for reason in was["why"])
    assert is_["why"] == []

    house.state.clock.move(timedelta(days=1))
    sort_product(house.state, house.shop, summer, serum, into=True, on="product")
    house.until(lambda: is_in(house, summer.id), "that it is back, from the product's own page")
    house.until(house.is_quiet, "the end of all work")
    assert pending(house) == 714 + 357
    now = house.state.now
    replayed = house.wiring.replayer(house.context, now, now=now)
    assert (replayed.compared.differences, replayed.unreadable) == ([], ())
    assert replayed.identical
