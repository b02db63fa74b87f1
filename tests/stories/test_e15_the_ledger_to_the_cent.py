"""E15: what each order says is earned, what moved in the ledger, what stands and what is paid are one sum."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.commissions.balances import balances
from app.flows.explain import explain
from app.kernel.period import Period
from app.reports import statement
from app.reports.people import person
from app.reports.statement import Asked, Closing, Moved
from app.wiring import Wiring
from tests.bodies import code, line, order, refund
from tests.conftest import NOW
from tests.rooms.payout_scene import FakeProvider, Scene
from tests.world import World

PRICES = ("19.99", "0.07", "33.33", "149.95")


@pytest.fixture
def sold(wiring: Wiring) -> World:
    world = World(wiring)
    world.creator("mara", "MARA10")
    for n, price in enumerate(PRICES):
        placed = NOW - timedelta(days=12 * n, hours=1)
        world.deliver(
            "orders/create", order(1001 + n, lines=[line(1, price, 3)], codes=[code("MARA10")], placed=placed)
        )
    world.work()
    for n in range(len(PRICES)):
        world.deliver("refunds/create", refund(50 + n, 1001 + n, (1, n % 3), at=NOW))
    world.work()
    return world


def test_the_sum_of_the_commissions_is_the_movement_of_the_ledger_is_the_balance(sold: World) -> None:
    with sold.wiring.shop_session(sold.shop_id) as session:
        told = [explain(session, str(1001 + n), NOW) for n in range(len(PRICES))]
        cell = balances(session, "EUR", NOW)["mara"]["EUR"]
        asked = Asked(
            sold.domain,
            person(session, "mara", NOW).id,
            "mara",
            Period(NOW.date() - timedelta(days=90), NOW.date()),
            "Europe/Amsterdam",
        )
        rows = list(statement.rows(session, asked))
    commissions = sum(credit["commission"]["minor"] for record in told for credit in record["credits"])
    lines = sum(
        part["commission"]["minor"] for r in told for credit in r["credits"] for part in credit["lines"]
    )
    moved = [row.by for row in rows if isinstance(row, Moved)]
    closing = rows[-1]
    assert isinstance(closing, Closing)
    assert commissions == lines == cell["pending"] + cell["payable"] > 0
    assert commissions == sum(by.pending + by.payable for by in moved)
    assert (closing.stands.pending, closing.stands.payable) == (cell["pending"], cell["payable"])
    assert cell["payable"] > 0


def test_a_payout_is_the_sum_of_its_commissions_is_the_movement_of_the_ledger(sold: World) -> None:
    pay = Scene(sold.wiring, sold, {"stripe": FakeProvider(clock=sold.wiring.clock)})
    pay.details("mara")
    sold.move_clock(days=31)
    sold.work()
    with pay.session() as session:
        told = [explain(session, str(1001 + n), pay.now) for n in range(len(PRICES))]
    earned = {f"order:{1001 + n}": _commission(record) for n, record in enumerate(told)}
    due = sum(earned.values())
    pay.run()
    pay.work()
    assert _parts(pay) == earned
    assert [one.amount.minor for one in pay.payouts()] == [due]
    assert _moved(pay, "payable", "in_transit") == due
    pay.wait(timedelta(hours=7))
    pay.work()
    assert _moved(pay, "in_transit", "cash") == due
    stripe = pay.providers["stripe"]
    assert isinstance(stripe, FakeProvider)
    assert [amount for _, amount, *_ in stripe.transfers] == [due]
    assert pay.balance("mara") == {"pending": 0, "payable": 0, "in_transit": 0, "paid": due}
    assert pay.broken() == []


def _commission(record: dict[str, Any]) -> int:
    return sum(int(credit["commission"]["minor"]) for credit in record["credits"])


def _parts(pay: Scene) -> dict[str, int]:
    with pay.session() as session:
        rows = session.execute(text("select subject, amount_minor from payout_parts"))
        return {row.subject: row.amount_minor for row in rows}


def _moved(pay: Scene, debit: str, credit: str) -> int:
    """What payouts moved from one account to another."""
    query = text(
        "select coalesce(sum(amount_minor), 0) from postings where order_id is null and award is null "
        "and debit = :debit and credit = :credit"
    )
    with pay.session() as session:
        return int(session.scalar(query, {"debit": debit, "credit": credit}))
