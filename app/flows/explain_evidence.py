"""The part of an explanation that lists the evidence: each candidate, its age, and every test it went through."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from app.attribution.model import Candidate, Kind, Reason
from app.attribution.sentences import age_in_words, days_in_words
from app.flows.explain_words import money, plain

Json = dict[str, Any]


class Test(NamedTuple):
    """One test of evidence: what is asked, and the reasons that say it failed."""

    key: str
    asks: str
    reasons: frozenset[Reason]


def _test(key: str, asks: str, *reasons: Reason) -> Test:
    return Test(key, asks, frozenset(reasons))


NEVER = (
    _test("real_order", "Not a test order", Reason.TEST_ORDER),
    _test("no_gift", "Not a gift to a creator", Reason.GIFT_ORDER),
    _test("after_install", "Placed after the app was installed", Reason.BEFORE_INSTALL),
    _test("not_own_order", "Not the creator's own order", Reason.SELF_REFERRAL),
)
OFFER = _test("offer", "The program had an offer in force", Reason.NO_OFFER)
TERMS = (
    _test("active", "The creator was active in the program", Reason.PAUSED),
    OFFER,
    _test("channel", "The offer credits this sales channel", Reason.CHANNEL_EXCLUDED),
)
TESTS: dict[Kind, tuple[Test, ...]] = {
    Kind.CODE: (
        _test("owned", "The code belongs to a creator", Reason.UNOWNED_CODE, Reason.MANUAL_DISCOUNT),
        *NEVER,
        _test("valid", "The code was valid", Reason.CODE_NOT_VALID),
        *TERMS,
        _test("policy", "The code's credit policy was met", Reason.NEEDS_CLICK, Reason.NEEDS_WINNING_CLICK),
    ),
    Kind.CLICK: (
        *NEVER,
        _test("human", "Made by a person", Reason.BOT_CLICK),
        _test("consent", "The visitor did not refuse", Reason.NO_CONSENT),
        _test("window", "Within the window", Reason.OUT_OF_WINDOW),
        *TERMS,
    ),
    Kind.BINDING: (*NEVER, _test("window", "Within the binding", Reason.BINDING_OVER), *TERMS),
    Kind.MANUAL: (*NEVER, OFFER),
    Kind.SURVEY: NEVER,
}


JOINED: dict[str, Json] = {
    "cart": {
        "method": "cart",
        "reliability": "high",
        "says": "The cart of this order carries the click.",
    },
    "landing": {
        "method": "landing",
        "reliability": "good",
        "says": "The page on which the visit of this order began names the link.",
    },
    "journey": {
        "method": "journey",
        "reliability": "good",
        "says": "Shopify saw the shopper's browser begin this visit with the link before the order.",
    },
    "pixel": {
        "method": "pixel",
        "reliability": "fair",
        "says": "The web pixel saw one browser at this visit and in the checkout of this order.",
    },
}
"""How a click was joined to the order, and how far that can be relied upon: high, good or fair."""


def candidate(found: Candidate, rank: int, placed_at: datetime, currency: str) -> Json:
    """One candidate as explain shows it."""
    age = placed_at - found.seen_at if found.seen_at is not None else None
    return {
        "kind": found.kind,
        "value": found.value,
        "creator": found.creator,
        "rank": rank,
        "won": found.won,
        "weight": plain(found.weight),
        "reason_code": found.reason_code,
        "reason": found.reason,
        "seen_at": found.seen_at.isoformat() if found.seen_at else None,
        "age_seconds": age // timedelta(seconds=1) if age is not None else None,
        "window_days": found.window_days,
        "found_by": JOINED.get(found.found_by or ""),
        "handed_out": {"at": found.handed_at.isoformat(), "visit": str(found.handed_to)}
        if found.handed_at
        else None,
        "discount": money(found.discount_minor, currency) if found.discount_minor is not None else None,
        "tests": list(_tests(found, age)),
    }


def _tests(found: Candidate, age: timedelta | None) -> Iterator[Json]:
    """Those that it went through: what belongs to nobody is asked nothing else."""
    for test in TESTS[found.kind]:
        passed = not test.reasons & set(found.failed)
        yield {"test": test.key, "asks": test.asks, "passed": passed, "measured": _measured(test, found, age)}
        if test.key == "owned" and not passed:
            return


def _measured(test: Test, found: Candidate, age: timedelta | None) -> str | None:
    if test.key != "window" or age is None:
        return None
    return f"{age_in_words(age)} of {days_in_words(found.window_days)}"
