"""Who is paid besides who is credited, what caps leave, and what rules ask of an order."""

from datetime import datetime
from decimal import Decimal

import pytest

from app.attribution.model import Kind
from app.commissions.model import Earning, Standing
from app.commissions.sale import Before, Count, Known, Recruiter, Shopper, Spent
from tests.pure.paying import PERCENT, PLACED, credited, decided, line, offered, order, paid, winner
from tests.pure.pricing import percent, rule, when


def only(earnings: list[Earning]) -> Earning:
    (earning,) = earnings
    return earning


SECOND = rule("second_level", rate="0.1", of="commission")
THOUSAND = order(line(1, 10000))


def recruiters(**by: int) -> Known:
    """e11=9: creator 9, of enrollment 19, recruited whoever has enrollment 11."""
    return Known(recruiters={int(name[1:]): Recruiter(10 + who, who) for name, who in by.items()})


def test_a_recruiter_is_paid_beside_the_creator_with_no_part_in_the_sale() -> None:
    standing = Standing(PLACED, creator_flags={1: ("burst",), 9: ("other",)})
    own, recruiter = paid(
        THOUSAND, credited("1"), offered(PERCENT, SECOND), standing=standing, known=recruiters(e11=9)
    )
    assert (own.creator_id, own.commission_minor, own.weight) == (1, 1200, Decimal(1))
    assert (recruiter.creator_id, recruiter.enrollment_id, recruiter.commission_minor) == (9, 19, 120)
    assert (recruiter.weight, recruiter.gmv_minor, recruiter.gross_minor, recruiter.net_minor) == (
        Decimal(0),
        0,
        0,
        0,
    )
    assert (recruiter.program_id, recruiter.offer_id, recruiter.version) == (1, 101, 1)
    assert recruiter.flags == ("burst",)
    assert recruiter.lines[0].note == "Of the commission of c1."


def test_a_recruiters_line_names_nobody_where_the_creator_has_no_name() -> None:
    nameless = decided(winner(1, creator=None))
    _, recruiter = paid(THOUSAND, nameless, offered(PERCENT, SECOND), known=recruiters(e11=9))
    assert recruiter.lines[0].note == "Of the commission of the creator."


def test_who_recruited_two_of_an_order_is_paid_for_both_in_one() -> None:
    found = paid(THOUSAND, credited("0.75", "0.25"), offered(PERCENT, SECOND), known=recruiters(e11=9, e12=9))
    assert [(e.creator_id, e.commission_minor) for e in found] == [(1, 900), (2, 300), (9, 90 + 30)]
    assert [part.note for part in found[2].lines] == ["Of the commission of c1.", "Of the commission of c2."]


def test_a_recruiter_who_is_credited_too_has_their_share_on_top_of_their_own() -> None:
    found = paid(THOUSAND, credited("0.75", "0.25"), offered(PERCENT, SECOND), known=recruiters(e11=2))
    assert [(e.creator_id, e.commission_minor, e.weight) for e in found] == [
        (1, 900, Decimal("0.75")),
        (2, 300 + 90, Decimal("0.25")),
    ]


def test_nobody_is_paid_for_recruiting_where_the_offer_has_no_second_level() -> None:
    decision = decided(winner(1, "0.5"), winner(2, "0.5", program_id=2))
    offers = offered(PERCENT), offered(PERCENT, SECOND, program=2)
    found = paid(THOUSAND, decision, *offers, known=recruiters(e11=8, e12=9))
    assert [(e.creator_id, e.commission_minor) for e in found] == [(1, 600), (2, 600), (9, 60)]


def test_one_whom_nobody_recruited_leaves_the_others_recruiters_paid() -> None:
    found = paid(THOUSAND, credited("0.5", "0.5"), offered(PERCENT, SECOND), known=recruiters(e12=9))
    assert [(e.creator_id, e.commission_minor) for e in found] == [(1, 600), (2, 600), (9, 60)]


@pytest.mark.parametrize("per", ["order", "program"])
def test_a_cap_of_the_order_is_used_up_in_the_order_of_ranks(per: str) -> None:
    limit = rule("cap", per=per, amount="8.00", currency="EUR")
    found = paid(THOUSAND, credited("0.5", "0.25", "0.25"), offered(PERCENT, limit))
    assert [e.placed_commission_minor for e in found] == [600, 200, 0]
    assert [e.commission_minor for e in found] == [600, 200, 0]


def test_a_cap_of_one_program_leaves_another_its_own_room() -> None:
    limit = rule("cap", per="order", amount="4.00", currency="EUR")
    decision = decided(winner(1, "0.5"), winner(2, "0.5", program_id=2))
    found = paid(THOUSAND, decision, offered(PERCENT, limit), offered(PERCENT, limit, program=2))
    assert [e.commission_minor for e in found] == [400, 400]


class Counted:
    """Counters by (program, creator)."""

    def __init__(self, **known: Before) -> None:
        self.known = known

    def before(self, program_id: int, creator_id: int) -> Before:
        return self.known.get(f"p{program_id}c{creator_id}", Before())


def test_counters_are_those_of_the_creator_in_the_program() -> None:
    steps = [{"from": "0", "rate": "0.1"}, {"from": "5", "rate": "0.2"}]
    tier = rule("tier", over="lifetime", by="orders", steps=steps, currency="EUR")
    limit = rule("cap", per="creator", amount="9.00", currency="EUR")
    counters = Counted(
        p1c1=Before(ever=Count(5)), p1c2=Before(spent=Spent(creator=700)), p2c2=Before(ever=Count(9))
    )
    found = paid(THOUSAND, credited("0.4", "0.6"), offered(tier, limit), known=Known(counters=counters))
    assert [e.placed_commission_minor for e in found] == [800, 200]


@pytest.mark.parametrize(
    ("is_new", "shopper", "rate"),
    [
        (None, None, "0.1"),
        (None, Shopper(), "0.2"),
        (None, Shopper(orders=1), "0.3"),
        (True, None, "0.2"),
        (True, Shopper(), "0.2"),
        (True, Shopper(orders=1), "0.3"),
        (False, None, "0.3"),
        (False, Shopper(), "0.3"),
    ],
)
def test_a_customer_is_new_returning_or_unknown(
    *, is_new: bool | None, shopper: Shopper | None, rate: str
) -> None:
    rules = (
        percent("0.1"), percent("0.2", when("customer", is_="new")), percent("0.3", when("customer", is_="returning")),
    )  # fmt: skip
    facts = order(line(1, 1000), customer_is_new=is_new)
    found = only(paid(facts, credited("1"), offered(*rules), known=Known(shopper=shopper)))
    assert found.lines[0].rate == rate


@pytest.mark.parametrize(
    ("condition", "facts", "evidence", "country"),
    [
        (when("country", countries=["AT"]), {}, {}, "AT"),
        (when("channel", channels=["pos"]), {"source_name": "pos"}, {}, None),
        (when("channel", channels=["draft"]), {"source_name": "shopify_draft_order"}, {}, None),
        (when("channel", channels=["web"]), {"source_name": ""}, {}, None),
        (when("brought_by", by="link", names=["c1"]), {}, {"kind": Kind.CLICK}, None),
        (when("brought_by", by="code", names=["C1"]), {}, {}, None),
        (when("order_value", currency="EUR", from_="20.00", below="20.01"), {}, {}, None),
    ],
)
def test_rules_ask_of_the_order_as_a_whole(
    condition: object, facts: dict[str, object], evidence: dict[str, object], country: str | None
) -> None:
    made = order(line(1, 1000), line(2, 1000), **facts)
    found = paid(
        made,
        decided(winner(1, "0.5", **evidence), winner(2, "0.5")),
        offered(percent("0.1"), percent("0.2", condition)),  # type: ignore[arg-type]
        known=Known(country=country),
    )
    assert found[0].lines[0].rate == "0.2"


@pytest.mark.parametrize(("renewal", "months", "commission"), [(True, 2, 0), (True, 1, 100), (False, 2, 100)])
def test_a_renewal_is_one_of_that_shoppers(*, renewal: bool, months: int, commission: int) -> None:
    gate = rule("renewals", earn="months", count=2)
    first = datetime(2026, 3 - months, 1, tzinfo=PLACED.tzinfo)
    facts = order(line(1, 1000), renewal=renewal)
    found = only(
        paid(facts, credited("1"), offered(percent("0.1"), gate), known=Known(shopper=Shopper(3, 2, first)))
    )
    assert found.commission_minor == commission
