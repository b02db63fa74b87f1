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
    ("posted", "target", "lines"),
    [
        ((0, 0), (1, 0), ["accrue expense>pending 1"]),
        ((0, 0), (0, 1), ["accrue expense>pending 1", "mature pending>payable 1"]),
        ((1, 0), (0, 0), ["reverse pending>expense 1"]),
        ((0, 1), (0, 0), ["reverse payable>expense 1"]),
        ((0, 1), (1, 0), ["hold payable>pending 1"]),
        ((10, 0), (0, 12), ["accrue expense>pending 2", "mature pending>payable 12"]),
        ((10, 0), (0, 9), ["reverse pending>expense 1", "mature pending>payable 9"]),
        ((10, 5), (3, 9), ["reverse pending>expense 3", "mature pending>payable 4"]),
        ((0, 10), (12, 0), ["hold payable>pending 10", "accrue expense>pending 2"]),
        ((0, 10), (9, 0), ["hold payable>pending 9", "reverse payable>expense 1"]),
        ((5, 10), (8, 2), ["hold payable>pending 3", "reverse payable>expense 5"]),
        ((10, 10), (4, 7), ["reverse pending>expense 6", "reverse payable>expense 3"]),
    ],
)
def test_each_movement_takes_the_shortest_way_between_accounts(
    posted: tuple[int, int], target: tuple[int, int], lines: list[str]
) -> None:
    found = move(Position(*posted), Position(*target), structs.replace(CAUSE, posted_entries=3))
    told = [
        (e.kind, line.debit.split("_")[-1], line.credit.split("_")[-1], line.amount_minor)
        for e in found
        for line in e.lines
    ]
    assert [f"{kind} {debit}>{credit} {minor}" for kind, debit, credit, minor in told] == lines


@pytest.mark.parametrize(
    ("posted", "target"),
    [((0, 10), (12, 0)), ((0, 10), (4, 0)), ((10, 10), (4, 7)), ((4, 0), (9, 0)), ((0, 0), (9, 0))],
)
def test_what_comes_after_the_first_entry_is_true_since_its_cause(
    posted: tuple[int, int], target: tuple[int, int]
) -> None:
    # Also where nothing is posted any more: it was earned, taken back, and is earned anew.
    cause = structs.replace(CAUSE, posted_entries=2, posted_until=PAID)
    assert {e.effective_at for e in move(Position(*posted), Position(*target), cause)} == {CAUSE.caused_at}


def test_without_a_known_payment_the_first_accrual_is_true_since_its_cause() -> None:
    (entry,) = move(Position(), Position(pending=1), structs.replace(CAUSE, paid_at=None))
    assert entry.effective_at == CAUSE.caused_at


def test_what_matures_without_a_hold_is_due_when_it_came() -> None:
    accrue, mature = move(Position(), Position(payable=1), structs.replace(CAUSE, matures_at=None))
    assert (accrue.effective_at, mature.effective_at) == (PAID, CAUSE.caused_at)


def test_what_is_earned_anew_after_its_hold_matures_when_it_comes() -> None:
    late = structs.replace(CAUSE, caused_at=PAID + timedelta(days=50), posted_entries=2, posted_until=PAID)
    assert {e.effective_at for e in move(Position(), Position(payable=1), late)} == {late.caused_at}


def test_an_entry_says_whose_it_is_and_what_caused_it() -> None:
    (entry,) = move(Position(), Position(pending=10), CAUSE)
    assert (entry.shop_id, entry.order_id, entry.creator_id, entry.currency, entry.event_id) == (
        1,
        1001,
        7,
        "EUR",
        5,
    )
    assert (entry.award, entry.kind) == (None, EntryKind.ACCRUE)
    route = Route(Account.GIFT_EXPENSE, Account.GOODS, Account.PAYABLE, EntryKind.GIFT)
    (gift,) = move(
        Position(), Position(pending=10), structs.replace(CAUSE, order_id=None, award="gift/x", route=route)
    )
    assert (gift.award, gift.order_id, gift.key) == ("gift/x", None, "award/gift/x/0")


DIRECT = Route(Account.OPENING, Account.PENDING, Account.PAYABLE, EntryKind.OPENING, is_direct=True)


@pytest.mark.parametrize(
    ("entries", "posted", "target", "kinds"),
    [
        (0, 0, 5, ["opening"]),
        (0, 0, -5, ["opening"]),
        (0, 0, 1, ["opening"]),
        (1, 5, 5, []),
        (1, 5, 6, ["opening"]),
        (1, 5, 4, ["reverse"]),
        (1, -5, 0, ["opening"]),
        (2, 0, 5, ["opening"]),
    ],
)
def test_without_a_hold_more_is_opened_and_less_is_reversed(
    entries: int, posted: int, target: int, kinds: list[str]
) -> None:
    cause = structs.replace(CAUSE, route=DIRECT, posted_entries=entries)
    found = move(Position(payable=posted), Position(payable=target), cause)
    assert [e.kind.value for e in found] == kinds
    assert net(found).get(Account.PAYABLE, 0) == target - posted
    assert {e.effective_at for e in found} <= {PAID if entries == 0 else CAUSE.caused_at}


def test_what_stands_on_hold_leaves_it_also_where_the_route_has_none() -> None:
    cause = structs.replace(CAUSE, route=DIRECT, posted_entries=1)
    assert [e.kind for e in move(Position(pending=5), Position(payable=5), cause)] == [EntryKind.MATURE]
    assert [e.kind for e in move(Position(pending=5), Position(), cause)] == [EntryKind.REVERSE]


@pytest.mark.parametrize(
    "line", [Line(Account.PENDING, Account.PAYABLE, 0), Line(Account.PENDING, Account.PENDING, 5)]
)
def test_a_line_that_moves_nothing_cannot_be_made(line: Line) -> None:
    with pytest.raises(UnbalancedLine) as refused:
        Entry(1, EntryKind.ACCRUE, 7, "EUR", (line,), PAID, "k")
    said = f"A posting of {line.amount_minor} from {line.credit} to {line.debit} moves nothing."
    assert str(refused.value) == said


def test_a_line_of_one_minor_unit_moves_something() -> None:
    line = Line(Account.PENDING, Account.PAYABLE, 1)
    assert Entry(1, EntryKind.MATURE, 7, "EUR", (line,), PAID, "k").lines == (line,)


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
