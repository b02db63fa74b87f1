"""Creators who set up Stripe on its own pages, and payouts that nobody claimed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from sqlalchemy import text

from app.config import Settings
from app.flows import onboard
from app.flows.onboard import NotOffered, Returns, Who
from app.flows.payout_heard import NoSuchPayout
from app.flows.take_back import NotUnclaimed, take_back
from app.kernel.errors import NotFound, Retriable
from app.payouts.provider import Recipient
from tests.rooms.provider_scene import PAYPAL, READY, STRIPE, Town, town

MARA = Who("mara", Recipient("Mara", "mara@example.com", "DE", "EUR", is_company=False), "mara")


@pytest.fixture
def lumen(settings: Settings) -> Iterator[Town]:
    with town(settings) as made:
        yield made


def begin(lumen: Town) -> str:
    returns = Returns(f"{lumen.url}/done", f"{lumen.url}/again")
    return onboard.begin(
        lumen.wiring.cashier, lumen.shop_id, MARA, returns, shop_key=b"k" * 32, now=lumen.now
    )


def complaint(lumen: Town) -> str | None:
    return onboard.complaint(lumen.wiring.cashier, lumen.shop_id, "mara")


def test_every_click_makes_a_link_and_only_the_first_an_account(lumen: Town) -> None:
    lumen.connect("stripe", STRIPE)
    with pytest.raises(NotFound, match="not begun"):
        complaint(lumen)
    first, second = begin(lumen), begin(lumen)
    assert first != second
    assert "questions" in str(complaint(lumen))
    requests.get(second, timeout=9)
    answer = requests.post(second, timeout=9, allow_redirects=False)
    assert answer.headers["Location"] == f"{lumen.url}/done"
    assert complaint(lumen) is None
    with lumen.wiring.shop_session(lumen.shop_id) as session:
        versions = session.execute(text("select way, usable_from from payout_details")).all()
    assert [one.way for one in versions] == ["stripe"]
    assert versions[0].usable_from == lumen.now + timedelta(hours=72)


def test_whoever_finished_is_paid(lumen: Town) -> None:
    lumen.connect("stripe", STRIPE)
    link = begin(lumen)
    requests.get(link, timeout=9)
    requests.post(link, timeout=9, allow_redirects=False)
    lumen.wait(timedelta(hours=73))
    lumen.owe("mara", 2500)
    lumen.reserve(lumen.plan(), READY)
    lumen.pay()
    assert lumen.states() == {"mara": "paid"}


def test_whoever_did_not_finish_is_told_why_they_are_not_paid(lumen: Town) -> None:
    lumen.connect("stripe", STRIPE)
    begin(lumen)
    lumen.wait(timedelta(hours=73))
    lumen.owe("mara", 2500)
    lumen.reserve(lumen.plan(), READY)
    lumen.pay()
    (payout,) = lumen.payouts()
    assert payout.payout.state.value == "failed"
    assert "answer what Stripe asks" in str(payout.payout.reason)


def test_without_stripe_it_is_not_offered(lumen: Town) -> None:
    with pytest.raises(NotOffered):
        begin(lumen)
    lumen.connect("paypal", PAYPAL)
    with pytest.raises(NotOffered):
        begin(lumen)


def _unclaimed(lumen: Town) -> int:
    lumen.connect("paypal", PAYPAL)
    for handle in ("mara", "theo"):
        lumen.by_paypal(handle)
        lumen.owe(handle, 2500)
    lumen.script("paypal", becomes="UNCLAIMED", receiver="mara@example.com")
    lumen.reserve(lumen.plan(), READY)
    lumen.pay()
    lumen.told("paypal")
    assert lumen.states() == {"mara": "unclaimed", "theo": "paid"}
    return next(one.id for one in lumen.payouts() if one.handle == "mara")


def back(lumen: Town, payout_id: int) -> None:
    take_back(lumen.wiring.cashier, lumen.shop_id, payout_id, actor="Ida", now=lumen.now)


def test_what_nobody_claimed_is_taken_back_and_owed_again(lumen: Town) -> None:
    number = _unclaimed(lumen)
    back(lumen, number)
    assert lumen.states() == {"mara": "returned", "theo": "paid"}
    assert lumen.balance("mara")["payable"] == 2500
    lumen.told("paypal")
    assert not lumen.broken()
    with pytest.raises(NotUnclaimed, match="returned"):
        back(lumen, number)


def test_only_what_is_there_and_unclaimed_can_be_taken_back(lumen: Town) -> None:
    number = _unclaimed(lumen)
    paid = next(one.id for one in lumen.payouts() if one.handle == "theo")
    with pytest.raises(NotUnclaimed, match="paid"):
        back(lumen, paid)
    with pytest.raises(NoSuchPayout):
        back(lumen, number + 1000)


def test_when_the_provider_gives_no_answer_nothing_is_written_down(lumen: Town) -> None:
    number = _unclaimed(lumen)
    lumen.wiring.provider_http.adapters.clear()
    with pytest.raises(Retriable):
        back(lumen, number)
    assert lumen.states()["mara"] == "unclaimed"


def test_what_webhooks_said_of_payees_is_emptied_once_it_was_read(lumen: Town) -> None:
    _unclaimed(lumen)
    with lumen.wiring.platform_session() as session:
        rows = session.execute(
            text("select length(body) as n, length(body_sha256) as d from inbox where topic = 'paypal/told'")
        ).all()
    assert rows
    assert {(row.n, row.d) for row in rows} == {(0, 32)}
