"""A code leaks: the burst is held, the merchant replaces the code, approves some orders, denies others, undoes one."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import text

from app.flows.prove import prove
from devstore.order_model import Order
from tests.stories.house import House

LEAK = 16


def credits_of(house: House) -> dict[int, tuple[bool, bool, int]]:
    """(flagged, denied, minor units in the books) of each credited order."""
    with house.wiring.shop_session(house.shop_id) as session:
        rows = session.execute(text("select order_id, flagged, denied, earned_minor from credits"))
        return {r.order_id: (r.flagged, r.denied, r.earned_minor) for r in rows}


def decide(house: House, verb: str, orders: list[Order], reason: str = "") -> None:
    with house.wiring.shop_session(house.shop_id) as session:
        (mara,) = session.execute(text("select id from creators")).scalars()
    chosen = [f"{order.id}-{mara}" for order in orders]
    answer = house.ask("POST", "/review/verdicts", verb=verb, reason=reason, credit=chosen)
    assert answer.status_code == 303, answer.text


def codes(house: House) -> set[str]:
    """What works at the checkout."""
    return {code.code for discount in house.shop.discounts.values() for code in discount.codes}


def settled(house: House, holds: Callable[[dict[int, tuple[bool, bool, int]]], bool], what: str) -> None:
    house.until(lambda: holds(credits_of(house)), what, within=timedelta(seconds=30))


def a_leak(house: House) -> list[Order]:
    """An order a day for three weeks, each of another customer; then many within minutes."""
    house.until(lambda: "MARA10" in codes(house), "the code works at the checkout")
    for day in range(21):
        house.order("MARA10", email=f"day{day}@shopper.example")
        house.state.clock.move(timedelta(days=1))
    leaked = [house.order("MARA10", email=f"leak{n}@shopper.example") for n in range(LEAK)]
    settled(house, lambda known: len(known) == 21 + LEAK, "every order is known")
    return leaked


def test_a_leaked_code_is_held_replaced_and_decided_order_by_order(house: House) -> None:
    house.set_terms()
    house.add_creator("Mara Lindqvist", "mara", "MARA10")
    leaked = a_leak(house)
    settled(house, lambda known: sum(flagged for flagged, _, _ in known.values()) >= 4, "the burst is held")
    house.until(house.is_quiet, "every order was looked at", within=timedelta(seconds=30))
    known = credits_of(house)
    held = [order for order in leaked if known[order.id][0]]
    assert held == leaked[-len(held) :]
    assert "orders with this code in 24 hours" in house.ask("GET", "/review").text
    assert "to review" in house.ask("GET", "/").text

    assert (
        house.ask("POST", "/creators/mara/codes/rotation", code="MARA10", new="MARA-SAFE").status_code == 303
    )
    house.until(
        lambda: "MARA-SAFE" in codes(house) and "MARA10" not in codes(house), "Shopify has the new code only"
    )

    decide(house, "approve", held[:2])
    decide(house, "deny", held[2:], "Found on a coupon site.")
    settled(house, lambda known: known[held[0].id][0] is False, "the approved are free")
    settled(house, lambda known: all(known[o.id][2] == 0 for o in held[2:]), "the denied earn nothing")
    decide(house, "undo", held[2:3])
    settled(
        house,
        lambda known: known[held[2].id] == (True, False, known[held[0].id][2]),
        "the undone waits again",
    )
    assert all(earned for order in leaked[: -len(held)] for earned in credits_of(house)[order.id][2:])

    with house.wiring.shop_session(house.shop_id) as session, house.wiring.batch_session() as again:
        proof = prove(session, again, house.context, house.state.now)
    assert [check for check in proof["checks"] if not check["ok"]] == []
    with house.wiring.shop_session(house.shop_id) as session:
        kinds = session.execute(
            text("select distinct kind from decisions where kind like 'c%.%d' order by 1")
        ).scalars()
        assert {"code.rotated", "credit.approved", "credit.denied"} <= set(kinds)
