"""E15, ledger part: what each order says is earned, what moved in the ledger and what stands are one sum."""

from datetime import timedelta

import pytest

from app.commissions.balances import balances
from app.flows.explain import explain
from app.kernel.period import Period
from app.reports import statement
from app.reports.people import person
from app.reports.statement import Asked, Closing, Moved
from app.wiring import Wiring
from tests.bodies import code, line, order, refund
from tests.conftest import NOW
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
