"""E13: the bank file has the right totals and never changes; what the bank answers closes each payout."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from mockbank.server import Config
from mockbank.state import State as Bank
from playwright.sync_api import Page, expect

from devstore.pages_embed import STAFF, id_token
from tests.pure.payouts_made_up import mock_account
from tests.stories.house import House
from tests.stories.paying import Paying

ELSEWHERE, CLOSED = mock_account("MOCK0000000005", None).iban, mock_account("MOCK0000000003").iban


@pytest.fixture
def bank() -> Iterator[Any]:
    made = Bank(Config(clock="2026-11-23T09:00:00"))
    yield made
    made.close()


def answers(bank: Any, kind: str) -> list[bytes]:
    rows = bank.conn.execute("SELECT type, body FROM message WHERE released_at IS NOT NULL ORDER BY id")
    return [row["body"].encode() for row in map(dict, rows) if row["type"].startswith(kind)]


def downloaded(house: House, run: int) -> bytes:
    shown = house.ask("GET", f"/payouts/runs/{run}").text
    found = re.search(rf"/payouts/runs/{run}/files/\d+", shown)
    assert found is not None, shown
    return house.ask("GET", found[0]).content


def hand_in(house: House, run: int, answer: bytes) -> requests.Response:
    headers = {"Authorization": f"Bearer {id_token(house.state, house.shop, STAFF['owner'])}"}
    return requests.post(
        f"{house.app_url}/payouts/runs/{run}/answers", files={"file": ("answer.xml", io.BytesIO(answer))},
        headers=headers, timeout=20, allow_redirects=False,
    )  # fmt: skip


def test_a_file_goes_to_the_bank_and_its_answers_close_the_ledger(
    house: House, page: Page, bank: Any
) -> None:
    pay = Paying(house)
    payer = {
        "sepa_name": "ACME Corporation",
        "iban": mock_account("MOCK0000000001").iban,
        "town": "Amsterdam",
        "country": "NL",
    }
    assert house.ask("POST", "/payouts/settings/bank", **payer).status_code == 303
    pay.creator("Mara Lind", "mara", 50_00, way="sepa", iban=ELSEWHERE)
    pay.creator("Theo Baak", "theo", 70_00, way="sepa", iban=CLOSED)
    house.state.clock.move(timedelta(days=4))
    run = pay.approved_run()
    house.until(lambda: pay.states() == {"mara": "in_transit", "theo": "in_transit"}, "the file")

    written = downloaded(house, run)
    assert written == downloaded(house, run)
    assert b"<CtrlSum>120.00</CtrlSum>" in written
    taken, _, findings = bank.receive(written)
    assert (taken["accepted"], taken["rejected"], findings) == (1, 1, [])

    (report,) = answers(bank, "pain.002")
    for _ in range(2):
        assert hand_in(house, run, report).status_code == 303
    assert pay.states() == {"mara": "in_transit", "theo": "failed"}
    assert pay.balance("theo") == {"pending": 0, "payable": 70_00, "in_transit": 0, "paid": 0}

    the_pages_close_it(pay, page)
    assert pay.balance("mara") == {"pending": 0, "payable": 0, "in_transit": 0, "paid": 50_00}
    assert pay.faults() == []


def the_pages_close_it(pay: Paying, page: Page) -> None:
    """The merchant reads why one failed, and marks the other by its statement."""
    page.goto(f"{pay.house.admin}/payouts")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("To look at")).to_be_visible()
    expect(frame.get_by_text(re.compile("closed", re.IGNORECASE)).first).to_be_visible()
    page.goto(f"{pay.house.admin}/payouts/{pay.payout('mara')}")
    frame.get_by_label("Reference of the payment").fill("Statement 11, line 4")
    frame.get_by_role("button", name="Mark as paid").click()
    expect(frame.get_by_text("Reference Statement 11, line 4").first).to_be_visible()
