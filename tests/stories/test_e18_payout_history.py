"""E18: each payout opens to the commissions it pays, and the statement downloads."""

import csv
import io
import re
from datetime import timedelta

import requests
from playwright.sync_api import Page, expect

from tests.stories.house import House
from tests.stories.paying import Paying
from tests.stories.portal import Portal


def test_a_payout_opens_to_what_it_pays_for_and_the_statement_says_the_same(house: House, page: Page) -> None:
    pay = Paying(house)
    pay.creator("Mara Lind", "mara", 50_00, way="manual", note="Cash")
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code MARA10 in Shopify")
    order = house.order("MARA10", quantity=3)
    house.until(house.is_quiet, "the order")
    house.until(lambda: pay.balance("mara")["pending"] > 0, "the commission")
    house.state.clock.move(timedelta(days=31))
    house.matured()
    due = pay.balance("mara")["payable"]
    pay.approved_run()
    house.until(lambda: pay.comes_to("mara", "in_transit"), "the payout")
    number = pay.payout("mara")
    marked = house.ask("POST", f"/payouts/{number}/words", verb="paid", said="Receipt 7")
    assert marked.status_code == 303

    mara = Portal(house, page, "mara")
    mara.sign_in()
    mara.see("/payouts").locator(f"a[href$='/payouts/{number}']").click()
    expect(page.get_by_role("heading", name=_euros(due))).to_be_visible()
    expect(page.get_by_text("Receipt 7")).to_be_visible()
    parts = [_cents(one) for one in page.locator("li:not(.total) .end").all_inner_texts()]
    assert sum(parts) == due
    assert len(parts) == 2
    page.get_by_text(f"Order #{order.number}").click()
    expect(page.get_by_role("heading", name=f"Order #{order.number}")).to_be_visible()

    today = house.state.now.date()
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    span = f"?from={today - timedelta(days=60)}&to={today}"
    answer = requests.get(f"{mara.here}/statement.csv{span}", cookies=cookies, timeout=20)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    closing = next(row for row in rows if row["row"] == "closing")
    assert (_cents(closing["paid"]), closing["payable"]) == (due, "0.00")
    paper = requests.get(f"{mara.here}/statement.pdf{span}", cookies=cookies, timeout=20)
    assert paper.content.startswith(b"%PDF-")
    assert pay.faults() == []


def _cents(shown: str) -> int:
    return int(re.sub(r"[^0-9-]", "", shown))


def _euros(minor: int) -> str:
    return f"€{minor / 100:.2f}"
