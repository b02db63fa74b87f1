"""A lead is told once, credited by the rules of orders, and earns by the terms of its day until it is rejected."""

from datetime import timedelta

import pytest

from app.kernel.errors import Invalid
from app.leads.model import Ruling
from app.shops.pseudonym import pseudonym
from app.tracking.click import Consent, Verdict
from app.wiring import Wiring
from tests.conftest import NOW
from tests.lead_shop import awards, lead_shop, leads, per_lead, say, stands, states, tell
from tests.world import INSTALLED


def test_a_lead_told_twice_is_paid_once_and_matures_like_everything(wiring: Wiring) -> None:
    shop = lead_shop(wiring)
    assert tell(shop, "a", email="ann@example.com")
    assert not tell(shop, "a", email="ann@example.com")
    assert awards(shop) == [("mara", 200, "Lead of 2026-11-22: newsletter.")]
    assert shop.balances()["mara", "pending"] == 200
    assert stands(shop)
    shop.move_clock(days=30)
    shop.work()
    assert shop.balances()["mara", "payable"] == 200
    assert stands(shop)


def test_one_person_is_one_lead_of_a_program_whoever_brings_them(wiring: Wiring) -> None:
    shop = lead_shop(wiring)
    tell(shop, "a", email="ann.lee@gmail.com")
    shop.move_clock(minutes=1)
    tell(shop, "b", email="AnnLee+news@googlemail.com", slug="theo")
    tell(shop, "c", install_id="phone-1")
    shop.move_clock(minutes=1)
    tell(shop, "d", install_id="phone-1", slug="theo")
    assert states(shop) == {"a": "approved", "b": "duplicate", "c": "approved", "d": "duplicate"}
    assert sum(minor for _, minor, _ in awards(shop)) == 400
    assert {lead.why for lead in leads(shop) if lead.state == "duplicate"} == {
        "The same person or device was a lead of this program on 2026-11-22."
    }
    assert stands(shop)


def test_a_person_approves_rejects_and_takes_it_back(wiring: Wiring) -> None:
    shop = lead_shop(wiring, per_lead(review=True))
    tell(shop, "a")
    assert (states(shop), awards(shop)) == ({"a": "pending"}, [])
    assert len(say(shop, Ruling.APPROVED, "a")) == 1
    assert say(shop, Ruling.APPROVED, "a") == []
    assert shop.balances()["mara", "pending"] == 200
    say(shop, Ruling.REJECTED, "a", reason="nobody answers there")
    assert awards(shop) == [
        ("mara", 0, "Lead of 2026-11-22: newsletter. It was rejected: nobody answers there")
    ]
    assert shop.balances().get(("mara", "pending"), 0) == 0
    assert stands(shop)
    say(shop, None, "a")
    assert (states(shop), shop.balances().get(("mara", "pending"), 0)) == ({"a": "pending"}, 0)
    assert stands(shop)


def test_a_rejection_after_the_hold_is_a_debt_that_is_carried(wiring: Wiring) -> None:
    shop = lead_shop(wiring)
    tell(shop, "a")
    shop.move_clock(days=31)
    shop.work()
    assert shop.balances()["mara", "payable"] == 200
    say(shop, Ruling.REJECTED, "a")
    assert shop.balances() == {}
    assert stands(shop)


def test_caps_and_budgets_are_first_come_and_said_in_words(wiring: Wiring) -> None:
    shop = lead_shop(wiring, per_lead(most_a_day=2, budget="5.00"))
    for key in "abc":
        tell(shop, key)
        shop.move_clock(minutes=1)
    shop.move_clock(days=1)
    tell(shop, "d")
    assert [(minor, reason) for _, minor, reason in awards(shop)] == [
        (200, "Lead of 2026-11-22: newsletter."),
        (200, "Lead of 2026-11-22: newsletter."),
        (0, "Lead of 2026-11-22: newsletter. Only 2 a day are paid."),
        (100, "Lead of 2026-11-23: newsletter. The budget is used up."),
    ]
    say(shop, Ruling.REJECTED, "a")
    assert [minor for _, minor, _ in awards(shop)] == [0, 200, 0, 100]
    assert stands(shop)


def test_the_terms_of_its_time_price_a_lead_and_decide_which_counts(wiring: Wiring) -> None:
    shop = lead_shop(
        wiring, per_lead(actions=["newsletter"]), per_lead(amount="5.00", actions=["app_download"])
    )
    tell(shop, "a")
    tell(shop, "b", action="app_download")
    tell(shop, "c", action="quote_request")
    shop.move_clock(hours=1)
    shop.offer((per_lead(amount="3.00"),), NOW + timedelta(minutes=30))
    tell(shop, "d")
    assert sorted(minor for _, minor, _ in awards(shop)) == [200, 300, 500]
    assert next(lead.why for lead in leads(shop) if lead.action == "quote_request") == (
        "The terms of that day pay nothing for such a lead."
    )
    assert stands(shop)


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        ({"visitor": "v-1"}, "The shopper came through mara's link “mara” 2 days before the lead; no later click counts."),
        ({"click": "1"}, "The shopper came through mara's link “mara” 2 days before the lead; no later click counts."),
        ({"code": "theo5", "visitor": "v-1"}, "The code theo5 belongs to theo, and no other code gave the shopper more."),
        ({"visitor": "v-9"}, "No click, link or code points to a creator."),
        ({"click": "99999"}, "No click, link or code points to a creator."),
    ],
)  # fmt: skip
def test_a_lead_is_credited_by_the_rules_of_orders(
    wiring: Wiring, evidence: dict[str, str], said: str
) -> None:
    shop = lead_shop(wiring)
    shop.click("mara", NOW - timedelta(days=2))
    tell(shop, "a", **evidence)
    assert leads(shop)[0].why == said


@pytest.mark.parametrize(
    ("click", "said"),
    [
        ({"at": NOW - timedelta(days=31)}, "The click on mara's link “mara” was 31 days old; the window is 30 days."),
        ({"at": NOW, "verdict": Verdict.BOT}, "The click on mara's link “mara” was made by a machine."),
        ({"at": NOW, "consent": Consent.DENIED}, "The visitor did not agree to be recognised, so this click is not looked at."),
    ],
)  # fmt: skip
def test_evidence_that_would_not_carry_an_order_carries_no_lead(
    wiring: Wiring, click: dict[str, object], said: str
) -> None:
    shop = lead_shop(wiring)
    shop.click("mara", **click)  # type: ignore[arg-type]
    tell(shop, "a", visitor="v-1")
    assert [(lead.state, lead.creator, lead.why) for lead in leads(shop)] == [("unqualified", None, said)]
    assert (awards(shop), stands(shop)) == ([], True)


def test_a_click_that_comes_late_gives_the_lead_to_whom_it_belongs(wiring: Wiring) -> None:
    shop = lead_shop(wiring)
    shop.click("mara", NOW - timedelta(days=2))
    tell(shop, "a", visitor="v-1")
    shop.click("theo", NOW - timedelta(days=1))
    tell(shop, "b", slug="theo", email="b@example.com")
    assert [(who, minor) for who, minor, _ in awards(shop) if minor] == [("theo", 200), ("theo", 200)]
    assert shop.balances().get(("mara", "pending"), 0) == 0
    assert stands(shop)


def test_creators_earn_nothing_for_leads_of_their_own(wiring: Wiring) -> None:
    shop = lead_shop(wiring)
    key = shop.wiring.desk.shop_key(shop.context)
    assert key is not None
    shop.creator("zoe", "ZOE10", email_key=pseudonym(key, "email", "zoe@example.com"))
    tell(shop, "a", email="Zoe@example.com", code="ZOE10")
    assert [(lead.state, lead.why) for lead in leads(shop)] == [
        ("unqualified", "zoe sent this lead: nobody earns on their own.")
    ]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"key": ""}, "has 1 to 200 visible"),
        ({"key": "a\0b"}, "has 1 to 200 visible"),
        ({"action": "News Letter"}, "no action of a lead"),
        ({"email": "nobody"}, "not an e-mail address"),
        ({"at": NOW + timedelta(hours=1)}, "not within the last 30 days"),
        ({"at": INSTALLED}, "not within the last 30 days"),
        ({"code": "x" * 256}, "at most 255 fit"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_lead_is_refused_with_its_value(
    wiring: Wiring, told: dict[str, object], said: str
) -> None:
    shop = lead_shop(wiring)
    with pytest.raises(Invalid, match=said):
        tell(shop, **({"key": "a"} | told))  # type: ignore[arg-type]
