"""Fees, bonuses, gifts, write-offs and opening balances: between which accounts each moves, and when."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from app.commissions.awards import Award, award_key, entries, is_matured, target
from app.commissions.model import Position
from app.ledger.chart import Account, EntryKind
from app.ledger.model import Entry, Posted

EARNED = datetime(2026, 3, 1, tzinfo=UTC)
DUE = EARNED + timedelta(days=30)
CHANGED = EARNED + timedelta(days=2)
MOMENT = timedelta(microseconds=1)
FEE = Award(
    shop_id=3, key="fixed_fee/creators/mara/2026-03", creator_id=7, program_id=1, kind="fixed_fee", amount_minor=500,
    currency="EUR", earned_at=EARNED, earned_on=date(2026, 3, 1), matures_at=DUE, offer_id=1, reason="", actor="",
    changed_at=CHANGED,
)  # fmt: skip


def award(kind: str, minor: int = 500, **facts: object) -> Award:
    return msgspec.structs.replace(FEE, kind=kind, amount_minor=minor, **facts)


def told(found: list[Entry]) -> list[tuple[str, str, str, int]]:
    return [(e.kind.value, x.debit.value, x.credit.value, x.amount_minor) for e in found for x in e.lines]


@pytest.mark.parametrize(
    ("kind", "opens", "source"),
    [
        ("fixed_fee", "accrue", "fee_expense"),
        ("bonus", "accrue", "commission_expense"),
        ("per_click", "accrue", "commission_expense"),
        ("imported", "opening", "opening"),
        ("write_off", "write_off", "writeoff"),
    ],
)
def test_an_award_goes_from_what_bears_it_through_its_hold_to_what_is_owed(
    kind: str, opens: str, source: str
) -> None:
    assert told(entries(award(kind), None, DUE - MOMENT)) == [(opens, source, "pending", 500)]
    first, second = entries(award(kind), None, DUE)
    assert told([first, second]) == [(opens, source, "pending", 500), ("mature", "pending", "payable", 500)]
    assert (first.effective_at, second.effective_at) == (EARNED, DUE)


@pytest.mark.parametrize(
    ("kind", "opens", "source"),
    [("write_off", "write_off", "writeoff"), ("bonus", "accrue", "commission_expense")],
)
def test_an_award_without_a_hold_goes_straight_to_what_is_owed(kind: str, opens: str, source: str) -> None:
    direct = award(kind, matures_at=EARNED)
    assert direct.is_direct
    assert not award(kind, matures_at=EARNED + MOMENT).is_direct
    assert told(entries(direct, None, EARNED)) == [(opens, source, "payable", 500)]


def test_a_gift_is_counted_and_owed_to_nobody_however_late_it_is() -> None:
    gift = award("gift", matures_at=EARNED)
    assert not is_matured(gift, DUE)
    assert told(entries(gift, None, DUE)) == [("gift", "gift_expense", "goods", 500)]
    posted = Posted(7, "EUR", 500, 0, 1, EARNED)
    assert entries(gift, posted, DUE) == []
    assert told(entries(award("gift", revoked_at=CHANGED), posted, DUE)) == [
        ("reverse", "goods", "gift_expense", 500)
    ]


@pytest.mark.parametrize(
    ("as_of", "revoked_at", "stands"),
    [
        (DUE - MOMENT, None, Position(pending=500)),
        (DUE, None, Position(payable=500)),
        (DUE, CHANGED, Position()),
    ],
)
def test_an_award_is_held_until_its_hold_is_over_and_nothing_once_it_is_revoked(
    as_of: datetime, revoked_at: datetime | None, stands: Position
) -> None:
    assert target(award("bonus", revoked_at=revoked_at), as_of) == stands
    assert is_matured(award("bonus"), as_of) is (as_of >= DUE)


def test_what_is_posted_is_taken_off_and_its_keys_count_on() -> None:
    posted = Posted(7, "EUR", 200, 0, 2, CHANGED + timedelta(days=40))
    more, due = entries(FEE, posted, DUE)
    assert told([more, due]) == [
        ("accrue", "fee_expense", "pending", 300),
        ("mature", "pending", "payable", 500),
    ]
    assert (more.effective_at, due.effective_at) == (CHANGED, posted.until)
    assert [e.key for e in (more, due)] == [f"award/{FEE.key}/2", f"award/{FEE.key}/3"]
    assert (more.shop_id, more.creator_id, more.currency, more.award) == (3, 7, "EUR", FEE.key)
    assert (more.order_id, more.event_id) == (None, None)


def test_a_revoked_award_is_taken_back_from_where_it_stands() -> None:
    paid_out = Posted(7, "EUR", 0, 500, 2, DUE)
    (back,) = entries(award("fixed_fee", revoked_at=CHANGED), paid_out, DUE)
    assert (back.kind, back.effective_at) == (EntryKind.REVERSE, CHANGED)
    assert [(x.debit, x.credit) for x in back.lines] == [(Account.PAYABLE, Account.FEE_EXPENSE)]


def test_the_key_of_an_award_is_its_kind_program_creator_and_what_tells_it_apart() -> None:
    assert award_key("fixed_fee", "creators", "mara", "2026-03") == FEE.key
