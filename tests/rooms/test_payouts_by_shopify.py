"""Payouts in store credit and by gift card: sent over HTTP, lost, looked up before anything is sent again."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.config import Settings
from app.payouts.hosted import ShopCustomer
from app.payouts.ways import Way
from app.shopify.rewards import CARD_SCOPES, CREDIT_SCOPES
from devstore.seed import LUMEN
from devstore.verbs.customers import add_customer
from tests.rooms.provider_scene import READY, Town, town

WAYS = pytest.mark.parametrize("way", [Way.STORE_CREDIT, Way.GIFT_CARD], ids=["credit", "card"])
REWARDS = f"/shops/{LUMEN}/rewards"


@pytest.fixture
def lumen(settings: Settings) -> Iterator[Town]:
    with town(settings, scopes=CREDIT_SCOPES | CARD_SCOPES | {"read_orders"}) as made:
        yield made


def owed(lumen: Town, way: Way, minor: int = 2500, currency: str = "EUR") -> int:
    """Mara is a customer of the shop, and a run is to pay her."""
    assert lumen.devstore is not None
    state = lumen.devstore.state
    customer = add_customer(state, state.shop(LUMEN), "mara@example.com").id
    lumen.details("mara", ShopCustomer(customer, "NL", way))
    lumen.owe("mara", minor, currency)
    lumen.reserve(lumen.plan(), READY)
    return customer


def given(lumen: Town, way: Way) -> list[Decimal]:
    kind = "credits" if way is Way.STORE_CREDIT else "cards"
    return [Decimal(one["amount"]) for one in lumen.control(REWARDS)[kind]]


def until_settled(lumen: Town) -> None:
    for _ in range(3):
        lumen.pay()
        lumen.wait(timedelta(minutes=16))


@WAYS
def test_it_is_given_once_and_paid_at_once(lumen: Town, way: Way) -> None:
    customer = owed(lumen, way)
    until_settled(lumen)
    assert lumen.states() == {"mara": "paid"}
    assert given(lumen, way) == [Decimal(25)]
    shown = lumen.control(REWARDS)
    assert (shown["credits"] or shown["cards"])[0]["customer_id"] == customer
    assert not lumen.broken()


@WAYS
@pytest.mark.parametrize(
    "switch",
    [
        {"cut_before_next": 1},
        {"cut_after_next": 1},
        {"fail_next": 1, "fail_with": "503"},
        {"throttle_next": 1},
        {"fail_next": 1, "fail_with": "timeout", "hang_seconds": 0.1},
    ],
    ids=lambda one: next(iter(one)),
)
def test_whatever_is_lost_it_is_given_once(lumen: Town, way: Way, switch: Any) -> None:
    owed(lumen, way)
    lumen.wiring.cashier.providers(lumen.shop_id)
    lumen.control("/api", switch)
    until_settled(lumen)
    assert given(lumen, way) == [Decimal(25)]
    assert lumen.states() == {"mara": "paid"}
    assert not lumen.broken()


@WAYS
def test_an_answer_that_was_lost_is_looked_up_and_not_repeated(lumen: Town, way: Way) -> None:
    owed(lumen, way)
    lumen.control("/api", {"cut_after_next": 1})
    lumen.pay()
    assert lumen.states() == {"mara": "unknown"}
    lumen.pay()
    (payout,) = lumen.payouts()
    assert (payout.payout.state.value, payout.payout.attempts) == ("paid", 1)


def test_a_gift_card_names_the_payout_and_is_mailed_also_when_its_answer_was_lost(lumen: Town) -> None:
    owed(lumen, Way.GIFT_CARD)
    lumen.control("/api", {"cut_after_next": 1})
    until_settled(lumen)
    (payout,) = lumen.payouts()
    (card,) = lumen.control(REWARDS)["cards"]
    assert (card["note"], card["mailed"]) == (f"Tribute payout {payout.key}", 1)


def test_a_card_that_could_not_be_mailed_is_paid_and_says_so(lumen: Town) -> None:
    owed(lumen, Way.GIFT_CARD)
    rewards: Any = lumen.provider("gift_card")
    made = rewards.rewards.make_card(lumen_customer(lumen), lumen.payouts()[0].amount, "by hand")
    lumen.control("/api", {"cut_before_next": 1})
    said = rewards._mailed(made)
    assert said.state.value == "paid"
    assert "did not mail" in str(said.reason)


def lumen_customer(lumen: Town) -> int:
    assert lumen.devstore is not None
    return max(lumen.devstore.state.shop(LUMEN).customers)


def test_other_credits_of_the_customer_are_not_taken_for_the_payout(lumen: Town) -> None:
    customer = owed(lumen, Way.STORE_CREDIT)
    for amount, event in (("25.00", "ORDER_REFUND"), ("24.99", "ADJUSTMENT")):
        lumen.control(REWARDS, {"customer_id": customer, "amount": amount, "event": event})
    lumen.control("/api", {"cut_before_next": 1})
    until_settled(lumen)
    assert given(lumen, Way.STORE_CREDIT) == [Decimal(25), Decimal("24.99"), Decimal(25)]
    assert not lumen.broken()


def test_the_credit_of_one_payout_is_never_taken_for_the_next(lumen: Town) -> None:
    owed(lumen, Way.STORE_CREDIT)
    lumen.pay()
    lumen.wait(timedelta(minutes=1))
    lumen.owe("mara", 2500)
    lumen.reserve(lumen.plan(), READY)
    lumen.control("/api", {"cut_before_next": 1})
    until_settled(lumen)
    assert given(lumen, Way.STORE_CREDIT) == [Decimal(25), Decimal(25)]
    assert [one.payout.state.value for one in lumen.payouts()] == ["paid", "paid"]
    assert not lumen.broken()


@pytest.mark.parametrize(
    ("way", "minor", "currency", "said"),
    [
        (Way.STORE_CREDIT, 1_000_100, "EUR", "Shopify's limit"),
        (Way.STORE_CREDIT, 2500, "PLN", "does not sell in this currency"),
        (Way.GIFT_CARD, 200_100, "EUR", "limit of one gift card"),
    ],
)
def test_what_shopify_refuses_is_owed_again_with_a_sentence(
    lumen: Town, way: Way, minor: int, currency: str, said: str
) -> None:
    owed(lumen, way, minor, currency)
    lumen.pay()
    (payout,) = lumen.payouts()
    assert payout.payout.state.value == "failed"
    assert said in str(payout.payout.reason)
    assert not lumen.broken()


@WAYS
def test_a_customer_who_is_gone_is_a_refusal(lumen: Town, way: Way) -> None:
    owed(lumen, way)
    assert lumen.devstore is not None
    lumen.devstore.state.shop(LUMEN).customers.clear()
    lumen.pay()
    assert "no such customer" in str(lumen.payouts()[0].payout.reason)


def test_a_connection_is_tried_and_what_is_wrong_is_said(lumen: Town) -> None:
    assert lumen.provider("store_credit").check() is None
    assert lumen.provider("gift_card").check() is None
    lumen.control(REWARDS, {"is_credit_on": False})
    assert "switched off" in str(lumen.provider("store_credit").check())


@pytest.mark.parametrize(
    ("granted", "offered"),
    [(CREDIT_SCOPES, {"store_credit"}), (CARD_SCOPES, {"gift_card"}), (frozenset[str](), set[str]())],
    ids=["credit", "card", "none"],
)
def test_what_the_permissions_allow_is_offered(settings: Settings, granted: Any, offered: Any) -> None:
    with town(settings, scopes=granted | {"read_orders"}) as lumen:
        made = set(lumen.wiring.cashier.providers(lumen.shop_id))
    assert made & {"store_credit", "gift_card"} == offered
