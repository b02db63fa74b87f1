"""What each change of a payout moves in the books, and what nobody may do with it."""

from datetime import UTC, datetime

import pytest

from app.ledger.chart import Account, EntryKind
from app.payouts import protocol
from app.payouts.movement import fee, movement
from app.payouts.protocol import Done, Payout, State, Taken

T0 = datetime(2026, 11, 15, 9, tzinfo=UTC)
AMOUNT = 12_34


def test_money_that_left_after_all_is_paid_though_we_had_released_it() -> None:
    failed = Payout(State.FAILED, attempts=1, reason="Refused.")
    paid = protocol.told(failed, Done("tr_9", State.PAID))
    moved = movement(failed.state, paid.state, AMOUNT)
    assert moved is not None
    assert [(line.debit, line.credit) for line in moved.lines] == [
        (Account.PAYABLE, Account.IN_TRANSIT), (Account.IN_TRANSIT, Account.CASH),
    ]  # fmt: skip


def test_what_came_back_does_not_leave_again_by_an_old_message() -> None:
    back = Payout(State.RETURNED, attempts=1, provider_id="tr_1", reason="Closed.")
    assert protocol.told(back, Done("tr_1", State.PAID)) == back


def test_a_payment_that_fails_after_it_was_paid_has_come_back() -> None:
    paid = Payout(State.PAID, attempts=1, provider_id="tr_1")
    back = protocol.told(paid, Done("tr_1", State.FAILED, reason="Account closed."))
    moved = movement(paid.state, back.state, AMOUNT)
    assert (back.state, back.reason) == (State.RETURNED, "Account closed.")
    assert moved is not None
    assert moved.kind is EntryKind.RETURNED


def test_only_what_was_not_sent_can_be_cancelled() -> None:
    assert protocol.cancel(Payout()).state is State.CANCELLED
    with pytest.raises(Taken):
        protocol.cancel(protocol.begin(Payout(), T0))


def test_nobody_releases_by_hand_what_can_still_be_asked_about() -> None:
    with pytest.raises(Taken):
        protocol.decided_never_sent(
            Payout(State.UNKNOWN, attempts=1, first_sent_at=T0, sent_at=T0), "I think so"
        )


@pytest.mark.parametrize(("before", "after_", "line"), [
    (0, 25, (Account.FEES, Account.CASH, 25)),
    (25, 0, (Account.CASH, Account.FEES, 25)),
])  # fmt: skip
def test_a_fee_is_posted_as_what_changed_of_it(
    before: int, after_: int, line: tuple[Account, Account, int]
) -> None:
    moved = fee(before, after_)
    assert moved is not None
    assert (moved.debit, moved.credit, moved.amount_minor) == line


def test_a_fee_told_twice_is_posted_once() -> None:
    assert fee(25, 25) is None
