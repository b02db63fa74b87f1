"""Which evidence stands first in the record, and what the models are told of each piece of it."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from app.attribution.model import Candidate, Kind, Reason
from app.attribution.rank import best_code, place, touchpoints
from app.campaigns.crediting import Crediting, Since, Source
from tests.pure.evidence import DAY, MARA, MOMENT, PLACED, bound, click, code, judged, order

CODES_FIRST = (Source.CODE, Source.CLICK, Source.BINDING)
CLICKS_FIRST = (Source.CLICK, Source.CODE, Source.BINDING)
FAILED = (Reason.OUT_OF_WINDOW,)


@pytest.fixture
def evidence() -> list[Candidate]:
    """A code of mara's, a click of theo's and a binding to ama, each eligible."""
    decision = judged(MARA, code("mara"), click("theo", 2 * DAY), bound("ama", 9 * DAY, 30))
    return sorted(decision.candidates, key=lambda c: c.kind.value)


def of(evidence: list[Candidate], kind: Kind, **facts: Any) -> Candidate:
    found = next(c for c in evidence if c.kind is kind)
    return msgspec.structs.replace(found, weight=Decimal(0), **facts)


def test_the_program_says_which_source_stands_first(evidence: list[Candidate]) -> None:
    held = [of(evidence, kind) for kind in (Kind.BINDING, Kind.CLICK, Kind.CODE)]
    by_codes = sorted(held, key=lambda c: place(c, CODES_FIRST))
    by_clicks = sorted(held, key=lambda c: place(c, CLICKS_FIRST))
    assert [c.kind for c in by_codes] == [Kind.CODE, Kind.CLICK, Kind.BINDING]
    assert [c.kind for c in by_clicks] == [Kind.CLICK, Kind.CODE, Kind.BINDING]


def test_who_won_stands_first_then_what_could_have_then_a_creators_then_nobodys(
    evidence: list[Candidate],
) -> None:
    won = msgspec.structs.replace(of(evidence, Kind.BINDING), weight=Decimal(1))
    by_hand = msgspec.structs.replace(of(evidence, Kind.CODE), kind=Kind.MANUAL)
    could, theirs = of(evidence, Kind.CODE), of(evidence, Kind.CODE, failed=FAILED)
    nobodys = of(evidence, Kind.CODE, failed=FAILED, creator_id=None, creator=None)
    groups = [place(c, CODES_FIRST)[0] for c in (won, by_hand, could, theirs, nobodys)]
    assert groups == [0, 0, 1, 2, 3]


def test_a_word_of_a_person_stands_before_every_source(evidence: list[Candidate]) -> None:
    by_hand = msgspec.structs.replace(of(evidence, Kind.BINDING), kind=Kind.MANUAL)
    strongest = msgspec.structs.replace(of(evidence, Kind.CODE), weight=Decimal(1))
    assert place(by_hand, CODES_FIRST) < place(strongest, CODES_FIRST)


def test_of_codes_the_larger_discount_and_of_clicks_the_newer_stands_first(
    evidence: list[Candidate],
) -> None:
    large, small = (of(evidence, Kind.CODE, discount_minor=minor) for minor in (500, 1))
    none = of(evidence, Kind.CODE, discount_minor=None)
    assert place(large, CODES_FIRST) < place(small, CODES_FIRST) < place(none, CODES_FIRST)
    newer, older = (of(evidence, Kind.CLICK, seen_at=at) for at in (PLACED - DAY, PLACED - DAY - MOMENT))
    assert place(newer, CODES_FIRST) < place(older, CODES_FIRST)


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.BINDING])
def test_the_time_of_what_is_no_click_ranks_nothing(evidence: list[Candidate], kind: Kind) -> None:
    early, late = (of(evidence, kind, seen_at=at) for at in (PLACED - DAY, PLACED))
    assert place(early, CODES_FIRST) == place(late, CODES_FIRST)
    assert place(early, CODES_FIRST)[3] == 0


def test_models_are_told_who_when_by_what_and_how_much_it_took_off() -> None:
    decision = judged(MARA, code("mara"), click("theo", 2 * DAY))
    held = sorted(decision.candidates, key=lambda c: c.kind is Kind.CODE)
    positions, touches = touchpoints(held, CODES_FIRST)
    assert positions == [0, 1]
    told = [(t.kind, t.creator_id, t.at, t.source_rank, t.discount_minor) for t in touches]
    assert told == [(Kind.CLICK, 2, PLACED - 2 * DAY, 1, 0), (Kind.CODE, 1, PLACED, 0, 500)]


def test_a_binding_speaks_only_where_no_stronger_source_does(evidence: list[Candidate]) -> None:
    kinds = [t.kind for t in touchpoints(evidence, CODES_FIRST)[1]]
    assert kinds == [Kind.CLICK, Kind.CODE]
    alone = [c for c in evidence if c.kind is Kind.BINDING]
    assert [t.kind for t in touchpoints(alone, CODES_FIRST)[1]] == [Kind.BINDING]
    assert touchpoints([], CODES_FIRST) == ([], [])


def test_a_code_that_took_nothing_off_is_less_than_one_that_took_a_cent() -> None:
    decision = judged(order(("mara10", 0), ("theo10", 1)), code("mara"), code("theo"))
    best = best_code(decision.candidates)
    assert best is not None
    assert best.creator == "theo"


def test_a_code_is_told_by_which_code_it_was_beaten_also_where_a_click_won() -> None:
    crediting = Crediting(sources=CLICKS_FIRST)
    codes = [
        msgspec.structs.replace(code(who), history=(Since(None, crediting),)) for who in ("mara", "theo")
    ]
    used = order(("mara10", 500), ("theo10", 100))
    decision = judged(used, *codes, click("ama", DAY, crediting=crediting))
    smaller = next(c for c in decision.candidates if c.creator == "theo")
    assert smaller.reason_code.value == "smaller_discount"
    assert "less than the code of mara" in smaller.reason
    larger = next(c for c in decision.candidates if c.creator == "mara")
    assert "ama" in larger.reason.replace("mara", "")


def test_a_binding_tells_since_when_it_is_and_for_how_long() -> None:
    (told,) = judged(order(), bound("ama", 9 * DAY, 30)).candidates
    assert (told.seen_at, told.window_days, told.value) == (PLACED - 9 * DAY, 30, "#7")


def test_nobodys_code_explains_an_order_only_where_no_creators_evidence_does() -> None:
    late = click("theo", 31 * DAY)
    both = judged(order(("nobodys", 500)), late)
    assert (both.reason_code, both.candidates[0].creator) == (Reason.OUT_OF_WINDOW, "theo")
    assert judged(order(("nobodys", 500))).reason_code is Reason.UNOWNED_CODE
    assert judged(order()).reason_code is Reason.NO_EVIDENCE


def test_a_binding_goes_by_the_settings_of_the_orders_day() -> None:
    then, now = Crediting(binding_days=30), Crediting(binding_days=0)
    held = bound("ama", 9 * DAY, 30)
    changed = (Since(None, then), Since(PLACED + MOMENT, now))
    owner = msgspec.structs.replace(held.owner, history=changed)
    decision = judged(order(), msgspec.structs.replace(held, owner=owner))
    assert [w.creator for w in decision.winners] == ["ama"]
