"""E23: what pages, statement and CSV call earned equals the ledger, to the cent."""

import csv
import io
import re
from datetime import date

import pytest

from app.commissions.balances import balances
from app.flows.prove import prove
from app.reports import statement_csv
from tests.stories.house import House


@pytest.fixture
def mara(house: House) -> House:
    house.set_terms(hold_days="0")
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code MARA10 in Shopify")
    return house


def payable(house: House) -> int:
    with house.wiring.shop_session(house.shop_id) as session:
        cell = balances(session, "EUR", house.state.now).get("mara", {}).get("EUR", {})
        return cell.get("payable", 0) + cell.get("pending", 0)


def test_earnings_on_pages_statement_and_csv_equal_the_ledger(mara: House) -> None:
    for quantity in (1, 2, 3):
        mara.order("MARA10", quantity=quantity)
    orders = 428 + 857 + 1285
    mara.until(lambda: payable(mara) == orders, "the commission of three orders")
    form = {
        "kind": "bonus",
        "program": "main",
        "amount": "50.00",
        "hold_days": "0",
        "reason": "For the film.",
        "once": "a",
    }
    assert mara.ask("POST", "/creators/mara/awards", **form).status_code == 303
    earned = orders + 5000
    assert payable(mara) == earned

    year = mara.state.now.year
    span = f"from={date(year, 1, 1)}&to={date(year, 12, 31)}"

    def on_the_page() -> bool:
        rows = list(csv.DictReader(io.StringIO(mara.ask("GET", f"/performance.csv?{span}").text)))
        return [row["commission"] for row in rows if row["creator"] == "mara"] == [f"{earned / 100:.2f}"]

    mara.until(on_the_page, "the commission of the report equals the ledger")
    assert f"€{earned / 100:.2f}" in mara.ask("GET", f"/performance?{span}").text

    page = mara.ask("GET", f"/creators/mara/statement?{span}").text
    exported = mara.ask("GET", f"/creators/mara/statement.csv?{span}").content
    digest, movements = statement_csv.verify(exported)
    assert digest == re.findall(r"[0-9a-f]{64}", page)[0]
    assert movements == 2 * 3 + 1
    closing = next(row for row in csv.DictReader(io.StringIO(exported.decode())) if row["row"] == "closing")
    assert closing["payable"] == f"{earned / 100:.2f}"
    with mara.wiring.shop_session(mara.shop_id) as session, mara.wiring.batch_session() as again:
        proof = prove(session, again, mara.context, mara.state.now)
    assert [check for check in proof["checks"] if not check["ok"]] == []
