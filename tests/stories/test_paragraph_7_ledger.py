"""Semantics 7: every event moves money between two accounts, once, and nothing is ever changed or taken out.

The sum of commissions, movements and balances: test_e15_the_ledger_to_the_cent. Debts after the hold:
test_life_of_a_conversion_channels.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.flows.prove import prove
from devstore.order_model import Order
from devstore.verbs.refund_order import refund_order
from tests.stories.life import PATIENCE, Life, life

__all__ = ["life"]


def movements(life: Life, order: Order) -> list[tuple[str, str, str, int]]:
    """(kind, debit, credit, minor units) of the order, in the sequence in which they were posted."""
    return [(m["kind"], m["debit"], m["credit"], m["amount"]["minor"]) for m in life.told(order)["ledger"]]


def test_an_order_goes_through_the_accounts_of_the_table(life: Life) -> None:
    """Accrued when paid, a unit back before the hold is over, approved, the rest back after it: a debt of nothing."""
    order = life.order(life.line("50.00", 2))
    kept = life.order(email="kept@shopper.example")
    life.comes_to(order, 1200)
    refund_order(life.state, life.shop, order, lines={order.lines[0].id: 1})
    life.comes_to(order, 600)
    life.state.clock.move(timedelta(days=31))
    life.house.matured()
    life.comes_to(order, 0, 600, status="approved")
    refund_order(life.state, life.shop, order, lines={order.lines[0].id: 1})
    life.comes_to(order, 0, 0, status="reversed")
    found = movements(life, order)
    assert [(debit, credit, minor) for _, debit, credit, minor in found] == [
        ("commission_expense", "pending", 1200),
        ("pending", "commission_expense", 600),
        ("pending", "payable", 600),
        ("payable", "commission_expense", 600),
    ]
    assert [movement[1:] for movement in movements(life, kept)] == [
        ("commission_expense", "pending", 1200), ("pending", "payable", 1200),
    ]  # fmt: skip


def test_deliveries_that_come_again_post_nothing_again(life: Life) -> None:
    order = life.order(email="again@shopper.example")
    life.comes_to(order, 1200)
    before = movements(life, order)
    with life.house.wiring.platform_session() as session, session.begin():
        session.execute(text("update inbox set state = 'new' where order_id = :id"), {"id": order.id})
    life.house.until(life.house.is_quiet, "the events taken once more", PATIENCE)
    assert movements(life, order) == before


@pytest.mark.parametrize(
    "forgery",
    [
        "update postings set amount_minor = amount_minor + 1",
        "delete from postings",
        "truncate postings cascade",
        "update journal_entries set effective_at = now()",
        "delete from journal_entries",
    ],
)
def test_the_database_refuses_to_change_what_was_posted(life: Life, forgery: str) -> None:
    order = life.order(email=f"{len(forgery)}@shopper.example")
    life.comes_to(order, 1200)
    with (
        life.house.wiring.shop_session(life.house.shop_id) as session,
        pytest.raises(DBAPIError),
        session.begin(),
    ):
        session.execute(text(forgery))
    assert life.stands(order) == (1200, 0)


def test_the_proof_holds_over_all_of_it(life: Life) -> None:
    with (
        life.house.wiring.shop_session(life.house.shop_id) as session,
        life.house.wiring.batch_session() as again,
    ):
        proof = prove(session, again, life.house.context, life.state.now)
    assert [check for check in proof["checks"] if not check["ok"]] == []
