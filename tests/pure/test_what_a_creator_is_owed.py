"""Payment, disputes, holds, flags and words of people: what of a commission is owed."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from app.campaigns.model import HoldFrom
from app.commissions.accrue import is_matured, target
from app.commissions.model import Earning, Position, Ruling, Standing, Verdict
from tests.pure.paying import PERCENT, PLACED, credited, decided, line, offered, order, paid, refund, winner
from tests.pure.pricing import percent

TWO_LINES = order(line(1, 125), line(2, 125))
"""12 % of each line is 15."""
DAY = timedelta(days=1)


def only(earnings: list[Earning]) -> Earning:
    (earning,) = earnings
    return earning


def earned(standing: Standing) -> int:
    return only(paid(TWO_LINES, credited("1"), offered(PERCENT), standing=standing)).earned_minor


@pytest.mark.parametrize(
    ("captured", "minor"),
    [
        ((0, 250), 0),
        # Each line by itself, half to even: half of 15 is 8, a tenth of it 2, and 3 fifths 9.
        ((0, 1), 0),
        ((1, 250), 0),
        ((25, 250), 4),
        ((125, 250), 16),
        ((150, 250), 18),
        ((249, 250), 30),
        ((250, 250), 30),
        ((251, 250), 30),
        ((1, 1), 30),
        ((-5, 250), 0),
        ((5, 0), 0),
        ((0, 0), 0),
        ((5, -250), 0),
    ],
)
def test_what_is_paid_in_part_is_owed_in_part_line_by_line_and_never_more_than_all(
    captured: tuple[int, int], minor: int
) -> None:
    assert earned(Standing(None, captured=captured)) == minor


def test_nothing_is_owed_while_nothing_is_known_to_be_paid() -> None:
    assert earned(Standing(None)) == 0
    assert earned(Standing(PLACED)) == 30


@pytest.mark.parametrize(
    ("captured", "lost", "minor"),
    [
        (None, (0, 3), 30),
        (None, (1, 3), 20),
        (None, (2, 3), 10),
        (None, (3, 3), 0),
        ((125, 250), (1, 3), 10),
        ((125, 250), (3, 3), 0),
    ],
)
def test_a_lost_dispute_takes_its_part_of_what_was_paid(
    captured: tuple[int, int] | None, lost: tuple[int, int], minor: int
) -> None:
    assert earned(Standing(PLACED, captured=captured, lost=lost)) == minor


@pytest.mark.parametrize(
    ("hold_from", "paid_at", "fulfilled_at", "matures_at"),
    [
        (HoldFrom.PAID, PLACED, None, PLACED + 30 * DAY),
        (HoldFrom.PAID, PLACED, PLACED + DAY, PLACED + 30 * DAY),
        (HoldFrom.PAID, None, None, None),
        (HoldFrom.FULFILLED, PLACED, None, None),
        (HoldFrom.FULFILLED, None, PLACED, None),
        (HoldFrom.FULFILLED, PLACED, PLACED + DAY, PLACED + 31 * DAY),
        (HoldFrom.FULFILLED, PLACED, PLACED - DAY, PLACED + 30 * DAY),
    ],
)
def test_the_hold_counts_from_payment_or_from_a_later_fulfilment(
    hold_from: HoldFrom, paid_at: datetime | None, fulfilled_at: datetime | None, matures_at: datetime | None
) -> None:
    standing = Standing(paid_at, fulfilled_at=fulfilled_at)
    earning = only(paid(TWO_LINES, credited("1"), offered(PERCENT, hold_from=hold_from), standing=standing))
    assert (earning.paid_at, earning.matures_at) == (paid_at, matures_at)


def test_a_commission_matures_at_the_end_of_its_hold_and_not_a_moment_sooner() -> None:
    earning = only(paid(TWO_LINES, credited("1"), offered(PERCENT, hold_days=1)))
    before = PLACED + DAY - timedelta(microseconds=1)
    assert [is_matured(earning, at) for at in (before, PLACED + DAY, PLACED + 2 * DAY)] == [False, True, True]
    assert target(earning, before) == Position(pending=30)
    assert target(earning, PLACED + DAY) == Position(payable=30)


def word(ruling: Ruling, *cleared: str) -> Verdict:
    return Verdict(ruling, cleared, "", "staff", PLACED)


@pytest.mark.parametrize(
    ("verdict", "flags", "minor", "denied"),
    [
        (None, ("burst", "same_ip"), 30, False),
        (word(Ruling.APPROVED, "burst", "same_ip"), (), 30, False),
        (word(Ruling.APPROVED, "burst"), ("same_ip",), 30, False),
        (word(Ruling.APPROVED), ("burst", "same_ip"), 30, False),
        (word(Ruling.HELD), ("burst", "same_ip", "held"), 30, False),
        (word(Ruling.UNDONE), ("burst", "same_ip"), 30, False),
        (word(Ruling.DENIED), ("burst", "same_ip"), 0, True),
    ],
)
def test_a_word_clears_the_flags_it_names_holds_or_takes_everything(
    verdict: Verdict | None, flags: tuple[str, ...], minor: int, *, denied: bool
) -> None:
    standing = Standing(
        PLACED,
        flags=("burst",),
        creator_flags={1: ("same_ip",), 2: ("same_phone",)},
        verdicts={1: verdict} if verdict else {},
    )
    earning = only(paid(TWO_LINES, credited("1"), offered(PERCENT), standing=standing))
    assert (earning.flags, earning.earned_minor, earning.denied) == (flags, minor, denied)
    assert earning.flagged == bool(flags)
    assert earning.commission_minor == 30


def test_a_word_and_a_flag_are_of_one_creator_only() -> None:
    standing = Standing(PLACED, creator_flags={2: ("burst",)}, verdicts={1: word(Ruling.DENIED)})
    one, two = paid(TWO_LINES, credited("0.5", "0.5"), offered(PERCENT), standing=standing)
    assert (one.denied, one.flags, one.earned_minor) == (True, (), 0)
    assert (two.denied, two.flags, two.earned_minor) == (False, ("burst",), two.commission_minor)


def test_an_earning_says_whose_it_is_and_what_priced_it() -> None:
    facts = order(line(1, 1000, 2, discount=300), line(2, 500))
    offer = offered(PERCENT, program=4, version=3)
    decision = decided(winner(7, "0.75", program_id=4), winner(8, "0.25", program_id=4))
    one, two = paid(facts, decision, offer, refunds=(refund((1, 1)),))
    assert (one.creator_id, one.enrollment_id, one.program_id, one.offer_id, one.version) == (
        7,
        17,
        4,
        104,
        3,
    )
    assert (one.weight, two.weight) == (Decimal("0.75"), Decimal("0.25"))
    # Prices are 2500, net sales 1700 and 500, of which 850 and 500 stand; quarters go to whoever has more left over.
    assert [(e.gmv_minor, e.gross_minor, e.net_minor) for e in (one, two)] == [
        (1875, 1650, 1013),
        (625, 550, 337),
    ]
    assert [e.placed_commission_minor for e in (one, two)] == [153 + 45, 51 + 15]
    assert [e.commission_minor for e in (one, two)] == [77 + 45, 25 + 15]


def test_whoever_is_credited_alone_has_all_of_it() -> None:
    earning = only(
        paid(
            order(line(1, 1000, 2, discount=300)), credited("1"), offered(PERCENT), refunds=(refund((1, 1)),)
        )
    )
    assert (earning.gmv_minor, earning.gross_minor, earning.net_minor) == (2000, 1700, 850)


def test_of_two_versions_the_one_in_force_when_the_order_was_placed_prices_it() -> None:
    offers = (
        offered(percent("0.1"), since=PLACED - DAY),
        offered(percent("0.2"), since=PLACED, version=2),
        offered(percent("0.3"), since=PLACED + timedelta(microseconds=1), version=3),
    )
    earning = only(paid(TWO_LINES, credited("1"), *offers))
    assert (earning.version, earning.commission_minor) == (2, 50)


def test_a_winner_without_an_offer_in_force_is_a_fault_and_named() -> None:
    with pytest.raises(LookupError, match=r"^C1 won without an offer in force$"):
        paid(TWO_LINES, credited("1"), offered(PERCENT, since=PLACED + DAY))


def test_creators_of_two_programs_are_each_paid_by_their_own() -> None:
    decision = decided(winner(1, "0.5"), winner(2, "0.5", program_id=2))
    one, two = paid(
        order(line(1, 1000)), decision, offered(percent("0.1")), offered(percent("0.2"), program=2)
    )
    assert [(e.program_id, e.commission_minor) for e in (one, two)] == [(1, 50), (2, 100)]
