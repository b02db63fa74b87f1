"""Bonuses, gifts and write-offs, by the pages."""

import re

from flask.testing import FlaskClient

from tests.web.polaris_check import errors_of
from tests.web.shop import Shop

HERE = "/creators/mara/awards"
FORM = {
    "kind": "bonus",
    "program": "main",
    "amount": "12,50",
    "hold_days": "0",
    "reason": "For the <b>film</b>.",
    "once": "x",
}


def test_a_bonus_is_given_shown_taken_back_and_given_again(merchant: FlaskClient, world: Shop) -> None:
    before = world.balances().get(("mara", "payable"), 0)
    assert merchant.post(HERE, data=FORM).status_code == 303
    assert merchant.post(HERE, data=FORM).status_code == 303
    assert world.balances()["mara", "payable"] == before + 1250
    page = merchant.get(HERE).text
    assert errors_of(page) == []
    assert "For the &lt;b&gt;film&lt;/b&gt;." in page
    assert "€12.50" in page
    key = f"{HERE}/bonus/main/mara/x/revocation"
    assert merchant.post(key, data={"reason": ""}).status_code == 422
    assert merchant.post(key, data={"reason": "A mistake."}).status_code == 303
    assert world.balances().get(("mara", "payable"), 0) == before
    assert "Taken back" in merchant.get(HERE).text
    assert merchant.delete(key, data={"reason": "No mistake."}).status_code == 303
    assert world.balances()["mara", "payable"] == before + 1250


def test_the_page_of_a_creator_leads_there(merchant: FlaskClient, world: Shop) -> None:
    assert re.search(r'href="/creators/mara/awards"', merchant.get("/creators/mara").text)


def test_what_cannot_be_given_is_said(merchant: FlaskClient, world: Shop) -> None:
    before = world.everything()
    for change, words in (
        ({"amount": "12.505"}, "not an exact amount"),
        ({"amount": "-1"}, "give more than 0"),
        ({"amount": ""}, "not an exact amount"),
        ({"hold_days": "121"}, "whole number from 0 to 120"),
        ({"reason": " "}, "It is empty"),
        ({"program": "none"}, "no program"),
    ):
        answer = merchant.post(HERE, data=FORM | change)
        assert (answer.status_code, words in answer.text) == (422, True)
    assert world.everything() == before


def test_nothing_is_written_off_for_who_owes_nothing(merchant: FlaskClient, world: Shop) -> None:
    form = {"amount": "1.00", "currency": "EUR", "reason": "Friends.", "once": "w"}
    answer = merchant.post("/creators/theo/write-offs", data=form)
    assert answer.status_code == 422
    assert "owes 0.00 EUR" in answer.text
