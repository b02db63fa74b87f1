"""Where a commission is in its life, and which of several is an order's."""

from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest

from app.commissions.model import Standing
from app.commissions.status import Status, order_status, status_of
from tests.pure.paying import PERCENT, PLACED, credited, line, offered, order, paid

PAID_AT = PLACED + timedelta(days=1)
DUE = PAID_AT + timedelta(days=30)
MOMENT = timedelta(microseconds=1)
(EARNING,) = paid(
    order(line(1, 1000), line(2, 1000)), credited("1"), offered(PERCENT), standing=Standing(PAID_AT)
)
KEPT, BACK = EARNING.lines[0], msgspec.structs.replace(EARNING.lines[1], remaining=0, commission_minor=0)
UNPAID = {"paid_at": None, "matures_at": None}


@pytest.mark.parametrize(
    ("facts", "as_of", "status"),
    [
        ({}, PAID_AT - MOMENT, Status.AWAITING_PAYMENT),
        ({}, PAID_AT, Status.PENDING),
        ({}, DUE - MOMENT, Status.PENDING),
        ({}, DUE, Status.APPROVED),
        (UNPAID | {"earned_minor": 0}, DUE, Status.AWAITING_PAYMENT),
        # Paid in part: something is owed, and the hold has not begun.
        (UNPAID | {"earned_minor": 1}, DUE, Status.PENDING),
        ({"flags": ("burst",)}, PAID_AT - MOMENT, Status.AWAITING_PAYMENT),
        ({"flags": ("burst",)}, PAID_AT, Status.FLAGGED),
        ({"flags": ("burst",)}, DUE, Status.FLAGGED),
        ({"denied": True, "flags": ("burst",), "earned_minor": 0}, DUE, Status.DENIED),
        ({"denied": True, "lines": (BACK,)}, DUE, Status.DENIED),
        ({"lines": (BACK, BACK)}, DUE, Status.REVERSED),
        ({"lines": (KEPT, BACK)}, DUE, Status.APPROVED),
        ({"lines": (BACK,), "flags": ("burst",)}, DUE, Status.REVERSED),
        ({"lines": (BACK,)} | UNPAID, DUE, Status.REVERSED),
        # A dispute took all of what was paid; where nothing is earned there was nothing to take.
        ({"earned_minor": 0}, DUE, Status.REVERSED),
        ({"earned_minor": 0, "commission_minor": 0}, DUE, Status.APPROVED),
        ({"earned_minor": 0, "commission_minor": 0, "lines": ()}, DUE, Status.APPROVED),
    ],
)
def test_a_status_follows_from_facts_and_time(
    facts: dict[str, object], as_of: object, status: Status
) -> None:
    assert status_of(msgspec.structs.replace(EARNING, **facts), as_of) is status  # type: ignore[arg-type]


def test_an_orders_status_is_its_worst_credits_and_unqualified_without_any() -> None:
    from_worst = [
        Status.FLAGGED, Status.DENIED, Status.REVERSED, Status.AWAITING_PAYMENT, Status.PENDING, Status.APPROVED,
        Status.PAID,
    ]  # fmt: skip
    for worse, better in pairwise(from_worst):
        assert order_status([better, worse]) is order_status([worse, better]) is worse
    assert order_status([]) is Status.UNQUALIFIED
