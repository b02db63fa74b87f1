"""Moving from another app, by the pages."""

import io
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.polaris_check import errors_of
from tests.web.shop import Shop

FILE = b"creator,order,earned_at,commission,currency,status\nmara,#7,2026-03-01,12.50,EUR,approved\n"


def upload(merchant: FlaskClient, content: bytes = FILE, **form: str) -> TestResponse:
    facts = {"format": "tribute", "hold_days": "30", "paid_through": "", "earned_on": ""} | form
    sent = {**facts, "file": (io.BytesIO(content), "old <b>.csv")}
    return merchant.post("/history-imports", data=sent, content_type="multipart/form-data")


def test_a_file_is_looked_at_then_taken_over_then_taken_back(merchant: FlaskClient, world: Shop) -> None:
    before = world.balances()
    looked = upload(merchant)
    assert looked.status_code == 303
    address = looked.headers["Location"].partition("?")[0]
    page = merchant.get(address).text
    assert errors_of(page) == []
    assert "Take over 1 commission<" in page
    assert "€12.50" in page
    assert world.balances() == before
    assert merchant.post(f"{address}/takeover").status_code == 303
    assert world.balances()["mara", "payable"] == before.get(("mara", "payable"), 0) + 1250
    assert "commission was taken over" in merchant.get(address).text
    assert merchant.post(f"{address}/takeover").status_code == 422
    assert "old &lt;b&gt;.csv" in merchant.get("/history-imports").text
    assert merchant.delete(f"{address}/takeover").status_code == 303
    assert world.balances() == before
    assert "taken back" in merchant.get(address).text


def test_a_row_at_fault_hides_the_button_and_refuses_the_request(merchant: FlaskClient, world: Shop) -> None:
    address = upload(merchant, FILE.replace(b"mara", b"nobody")).headers["Location"].partition("?")[0]
    page = merchant.get(address).text
    assert "Mend the file first" in page
    assert not re.search(r"Take over \d", page)
    before = world.everything()
    assert merchant.post(f"{address}/takeover").status_code == 422
    assert world.everything() == before
    assert merchant.post(f"{address}/discard").status_code == 303
    assert merchant.get(address).status_code == 404


def test_what_cannot_be_read_is_said_beside_the_form(merchant: FlaskClient, world: Shop) -> None:
    for content, words in (
        (b"", "is empty"),
        (b"a,b\n1,2\n", "need the columns"),
        (b"PK\x03\x04", "spreadsheet"),
    ):
        answer = upload(merchant, content)
        assert (answer.status_code, words in answer.text) == (422, True)
    assert "is not a whole number" in upload(merchant, hold_days="x").text
    assert "is not a day" in upload(merchant, paid_through="soon").text
    assert "no format" in upload(merchant, format="x").text
    assert "Choose a file" in merchant.post("/history-imports", data={"hold_days": "3"}).text


def test_the_list_without_files_uses_only_what_polaris_has(merchant: FlaskClient, world: Shop) -> None:
    page = merchant.get("/history-imports").text
    assert errors_of(page) == []
    assert "No file yet" in page
