"""The one mechanism: from what is posted to what should be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from app.commissions.model import Position
from app.commissions.movement import Cause, Route, move
from app.ledger.chart import Account, EntryKind
from app.ledger.model import Entry, Line, UnbalancedLine

PAID = datetime(2026, 3, 1, tzinfo=UTC)
CAUSE = Cause(1, 1001, 7, "EUR", 5, PAID + timedelta(days=9), PAID, PAID + timedelta(days=30), 0)
AMOUNTS = st.integers(-10_000, 10_000)


def net(entries: list[Entry]) -> dict[Account, int]:
    sums: dict[Account, int] = {}
    for line in (line for e in entries for line in e.lines):
        sums[line.debit] = sums.get(line.debit, 0) - line.amount_minor
        sums[line.credit] = sums.get(line.credit, 0) + line.amount_minor
    return sums


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_the_entries_lead_exactly_from_posted_to_target(p1: int, a1: int, p2: int, a2: int) -> None:
    sums = net(move(Position(p1, a1), Position(p2, a2), CAUSE))
    assert (sums.get(Account.PENDING, 0), sums.get(Account.PAYABLE, 0)) == (p2 - p1, a2 - a1)
    assert sum(sums.values()) == 0
    assert set(sums) <= {Account.PENDING, Account.PAYABLE, Account.COMMISSION_EXPENSE}


@given(AMOUNTS, AMOUNTS)
def test_where_nothing_changed_nothing_is_posted(pending: int, payable: int) -> None:
    assert move(Position(pending, payable), Position(pending, payable), CAUSE) == []


@pytest.mark.parametrize(
    ("posted", "target", "kinds"),
    [
        (Position(), Position(pending=10), [EntryKind.ACCRUE]),
        (Position(), Position(payable=10), [EntryKind.ACCRUE, EntryKind.MATURE]),
        (Position(pending=10), Position(payable=10), [EntryKind.MATURE]),
        (Position(pending=10), Position(payable=4), [EntryKind.REVERSE, EntryKind.MATURE]),
        (Position(payable=10), Position(pending=10), [EntryKind.HOLD]),
        (Position(payable=10), Position(payable=4), [EntryKind.REVERSE]),
        (Position(pending=10), Position(), [EntryKind.REVERSE]),
        (Position(payable=10), Position(pending=4), [EntryKind.HOLD, EntryKind.REVERSE]),
    ],
)
def test_each_movement_is_named_by_what_happened(
    posted: Position, target: Position, kinds: list[EntryKind]
) -> None:
    assert [e.kind for e in move(posted, target, CAUSE)] == kinds


def test_an_order_that_comes_after_its_hold_is_written_as_it_was_true() -> None:
    accrue, mature = move(Position(), Position(payable=10), CAUSE)
    assert (accrue.effective_at, mature.effective_at) == (PAID, PAID + timedelta(days=30))


def test_a_later_change_is_true_since_what_caused_it() -> None:
    (entry,) = move(Position(pending=10), Position(pending=4), CAUSE)
    assert entry.effective_at == CAUSE.caused_at


def test_keys_count_on_so_that_no_movement_can_be_posted_twice() -> None:
    keys = [e.key for e in move(Position(), Position(payable=10), CAUSE)]
    assert keys == ["order/1001/7/0", "order/1001/7/1"]


@pytest.mark.parametrize(
    "line", [Line(Account.PENDING, Account.PAYABLE, 0), Line(Account.PENDING, Account.PENDING, 5)]
)
def test_a_line_that_moves_nothing_cannot_be_made(line: Line) -> None:
    with pytest.raises(UnbalancedLine):
        Entry(1, EntryKind.ACCRUE, 7, "EUR", (line,), PAID, "k")


def test_nothing_matures_before_it_is_there() -> None:
    released = PAID + timedelta(days=90)
    cause = structs.replace(CAUSE, posted_entries=2, posted_until=released)
    (mature,) = move(Position(pending=10), Position(payable=10), cause)
    assert (mature.kind, mature.effective_at) == (EntryKind.MATURE, released)


@pytest.mark.parametrize(("minor", "line"), [(7, ("opening", "payable")), (-7, ("payable", "opening"))])
def test_an_opening_balance_goes_straight_to_where_it_is_owed(minor: int, line: tuple[str, str]) -> None:
    route = Route(Account.OPENING, Account.PENDING, Account.PAYABLE, EntryKind.OPENING, is_direct=True)
    cause = structs.replace(CAUSE, order_id=None, award="imported/x", route=route)
    (entry,) = move(Position(), Position(payable=minor), cause)
    assert (entry.kind, entry.key, entry.effective_at) == (EntryKind.OPENING, "award/imported/x/0", PAID)
    assert [(part.debit, part.credit) for part in entry.lines] == [line]
