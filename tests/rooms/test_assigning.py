"""A person says who brought an order, and takes it back."""

from decimal import Decimal

from app.flows.assign import Part, assign, undo
from tests.bodies import code, line, order
from tests.conftest import NOW
from tests.credit_shop import CreditShop


def test_a_person_credits_somebody_else_and_the_books_follow(shop: CreditShop) -> None:
    shop.deliver("orders/create", order(codes=[code("MARA10")]))
    shop.work()
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        assign(session, "#1001", [Part("theo")], reason="Theo's live show", actor="7", now=NOW)
    shop.work()
    assert shop.credited() == {"theo": "1"}
    assert shop.reasons() == [("Theo's live show", "won"), ("MARA10", "overruled")]
    assert shop.balances() == {("theo", "pending"): 1200, ("theo", "commission_expense"): -1200}


def test_a_decision_is_undone_step_by_step_and_all_of_it_stays_in_the_log(shop: CreditShop) -> None:
    shop.deliver("orders/create", order(codes=[code("MARA10")]))
    shop.work()
    for parts in ([Part("theo")], []):
        with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
            assign(session, "1001", parts, reason="looked at", actor="7", now=NOW)
    shop.work()
    assert (shop.credited(), shop.told()["reason_code"]) == ({}, "nobody_by_hand")
    for expected in ({"theo": "1"}, {"mara": "1"}):
        with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
            undo(session, "1001", actor="8", now=NOW)
        shop.work()
        assert shop.credited() == expected
    assert shop.balances() == {("mara", "pending"): 1200, ("mara", "commission_expense"): -1200}


def test_an_order_is_split_by_parts_and_no_minor_unit_is_lost(shop: CreditShop) -> None:
    shop.deliver("orders/create", order(lines=[line(price="99.99")], codes=[code("MARA10")]))
    shop.work()
    parts = [Part("mara", Decimal("0.6")), Part("theo", Decimal("0.4"))]
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        assign(session, "1001", parts, reason="Both of them", actor="7", now=NOW)
    shop.work()
    assert shop.credited() == {"mara": "0.6", "theo": "0.4"}
    assert shop.balances()["mara", "pending"] + shop.balances()["theo", "pending"] == 1200


def test_a_decision_after_maturity_takes_it_from_the_payable_balance(shop: CreditShop) -> None:
    shop.deliver("orders/create", order(codes=[code("MARA10")]))
    shop.work()
    shop.move_clock(days=40)
    shop.work()
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        assign(session, "1001", [], reason="Bought by the brand itself", actor="7", now=NOW)
    shop.work()
    assert shop.balances() == {}


def test_an_order_without_any_evidence_can_be_credited_by_hand(shop: CreditShop) -> None:
    shop.deliver("orders/create", order())
    shop.work()
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        assign(session, "1001", [Part("theo")], reason="Told us on the phone", actor="7", now=NOW)
    shop.work()
    assert shop.credited() == {"theo": "1"}
