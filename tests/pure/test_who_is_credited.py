"""Who wins of the evidence that passed, what is said of the rest, and what a human decides."""

import msgspec
import pytest

from app.attribution.model import Flag, Reason
from app.campaigns.crediting import Crediting, Since, Source
from app.tracking.click import LinkOwner
from app.tracking.model import CodeOwner
from tests.pure.evidence import (
    DAY,
    MOMENT,
    PLACED,
    bound,
    click,
    code,
    credited,
    judged,
    named,
    offer,
    only,
    order,
    owner,
    told,
)


def test_of_two_creators_codes_the_larger_discount_wins_and_a_human_looks() -> None:
    decision = judged(order(("MARA10", 499), ("THEO10", 500)), code("mara"), code("theo"))
    assert told(decision) == [("code", "THEO10", "won"), ("code", "MARA10", "smaller_discount")]
    assert decision.flags == (Flag.TWO_CREATORS,)
    assert "less than the code of theo" in decision.candidates[1].reason
    tie = judged(order(("MARA10", 500), ("THEO10", 500)), code("mara"), code("theo"))
    assert told(tie) == [("code", "MARA10", "won"), ("code", "THEO10", "smaller_discount")]


@pytest.mark.parametrize("second", [code("mara", folded="MARA15"), code("theo", folded="MARA15", active=())])
def test_two_codes_of_one_creator_or_of_one_who_is_paused_are_no_quarrel(second: CodeOwner) -> None:
    decision = judged(order(("MARA10", 500), ("MARA15", 100)), code("mara"), second)
    assert credited(decision) == [("mara", "1")]
    assert decision.flags == ()


def test_a_click_of_another_creator_is_no_second_code() -> None:
    decision = judged(order(("MARA10", 500)), code("mara"), click("theo"))
    assert decision.flags == ()
    assert told(decision) == [("code", "MARA10", "won"), ("click", "theo-link", "weaker_source")]


def test_everything_that_lost_says_to_what() -> None:
    decision = judged(
        order(("MARA15", 100), ("THEO10", 200), ("MARA10", 500), ("SUMMER", 900)),
        code("mara"), code("mara", folded="MARA15"), code("theo"),
        click("theo", 3 * DAY), click("ama", 40 * DAY), click("mara", 2 * DAY), click("theo", 2 * DAY - MOMENT),
        bound("ama", DAY, 30),
    )  # fmt: skip
    assert told(decision) == [
        ("code", "MARA10", "won"),
        ("code", "THEO10", "smaller_discount"),
        ("code", "MARA15", "same_creator"),
        ("click", "theo-link", "weaker_source"),
        ("click", "mara-link", "same_creator"),
        ("click", "theo-link", "weaker_source"),
        ("binding", "#7", "weaker_source"),
        ("click", "ama-link", "out_of_window"),
        ("code", "SUMMER", "unowned_code"),
    ]
    assert [c.won for c in decision.candidates] == [True] + [False] * 8
    # Of two clicks the newer stands first.
    assert [c.seen_at for c in decision.candidates if c.value == "theo-link"] == [
        PLACED - 2 * DAY + MOMENT,
        PLACED - 3 * DAY,
    ]
    assert (decision.model, decision.reason_code) == ("code_then_last_click", None)


def test_of_clicks_the_last_wins_and_the_others_were_earlier() -> None:
    decision = judged(order(), click("mara", 2 * DAY), click("theo", DAY), click("mara", 3 * DAY))
    assert told(decision) == [
        ("click", "theo-link", "won"),
        ("click", "mara-link", "earlier_click"),
        ("click", "mara-link", "earlier_click"),
    ]


def test_a_binding_speaks_only_where_no_stronger_source_does() -> None:
    linear = Crediting(model="linear", binding_days=30)
    both = judged(order(), click("mara", crediting=linear), bound("theo", DAY, 30))
    assert credited(both) == [("mara", "1")]
    first = Crediting(sources=(Source.BINDING, Source.CODE, Source.CLICK), binding_days=30)
    memory = msgspec.structs.replace(
        bound("theo", DAY, 30), owner=LinkOwner(slug="t", **owner("theo", crediting=first))
    )
    assert credited(judged(order(), click("mara", crediting=first), memory)) == [("theo", "1")]


def test_a_model_that_divides_gives_nothing_to_those_it_leaves_out() -> None:
    first = Crediting(model="first_click")
    decision = judged(order(), click("mara", 2 * DAY, crediting=first), click("theo", DAY, crediting=first))
    assert told(decision) == [("click", "mara-link", "won"), ("click", "theo-link", "not_this_model")]
    assert decision.model == "first_click"
    linear = judged(order(), click("mara", 2 * DAY), click("theo", DAY), model="linear")
    assert credited(linear) == [("theo", "0.5"), ("mara", "0.5")]
    assert linear.model == "linear"


def test_the_terms_are_those_of_the_program_that_would_win() -> None:
    linear = Crediting(model="linear")
    mine = click("mara", 2 * DAY, program_id=2, crediting=linear)
    offers = {1: [offer()], 2: [offer(program=2)]}
    # The later click is of a program where the last click takes all.
    decision = judged(order(), mine, click("theo", DAY), offers=offers)
    assert (decision.model, credited(decision)) == ("code_then_last_click", [("theo", "1")])
    # And where the later one is of the program that divides, all have a part.
    decision = judged(order(), mine, click("theo", 3 * DAY), offers=offers)
    assert (decision.model, credited(decision)) == ("linear", [("mara", "0.5"), ("theo", "0.5")])


def test_settings_hold_from_their_instant_on() -> None:
    history = (Since(None, Crediting(window_days=1)), Since(PLACED, Crediting(window_days=9)))
    visit = msgspec.structs.replace(click("mara"), owner=LinkOwner(slug="m", **(owner("mara") | {"history": history})), at=PLACED - 9 * DAY)  # fmt: skip
    candidate = only(judged(order(), visit))
    assert (candidate.failed, candidate.window_days, candidate.seen_at) == ((), 9, PLACED - 9 * DAY)


def test_a_human_stands_before_all_evidence_and_leaves_no_flag() -> None:
    decision = judged(
        order(("MARA10", 500), ("THEO10", 400)), code("mara"), code("theo"),
        **named(("mara", "0.25"), ("theo", "0.75")),
    )  # fmt: skip
    assert credited(decision) == [("mara", "0.25"), ("theo", "0.75")]
    assert told(decision) == [
        ("manual", "They asked", "won"),
        ("manual", "They asked", "won"),
        ("code", "MARA10", "overruled"),
        ("code", "THEO10", "overruled"),
    ]
    assert {c.seen_at for c in decision.candidates[:2]} == {PLACED + DAY}
    assert (decision.flags, decision.reason_code) == ((), None)


def test_a_human_can_credit_one_who_is_paused_and_never_a_test_order() -> None:
    paused = named(("mara", "1"))
    paused["people"] = {11: LinkOwner(slug="mara", **owner("mara", active=()))}
    assert credited(judged(order(), **paused)) == [("mara", "1")]
    decision = judged(order(test=True), **named(("mara", "0.5"), ("theo", "0.5")))
    assert (credited(decision), decision.reason_code) == ([], Reason.TEST_ORDER)
    nothing = judged(order(), **named(("mara", "1")), offers={1: [offer(PLACED + MOMENT)]})
    assert only(nothing).failed == (Reason.NO_OFFER,)


def test_where_one_of_those_a_human_named_cannot_be_credited_nobody_is() -> None:
    mixed = named(("mara", "0.5"), ("theo", "0.5"))
    mixed["people"][12] = LinkOwner(slug="theo", **owner("theo", email_key=b"t"))
    decision = judged(order(("MARA10", 500)), code("mara"), email_key=b"t", **mixed)
    assert credited(decision) == []
    assert told(decision) == [
        ("manual", "They asked", "overruled"),
        ("manual", "They asked", "self_referral"),
        ("code", "MARA10", "overruled"),
    ]


def test_a_human_can_say_that_nobody_brought_it() -> None:
    decision = judged(order(("MARA10", 500)), code("mara"), **named())
    assert (credited(decision), decision.reason_code) == ([], Reason.NOBODY_BY_HAND)
    assert told(decision) == [("code", "MARA10", "overruled")]
    assert decision.is_told


def test_one_whom_nobody_knows_any_more_is_left_out() -> None:
    decision = judged(order(), **named(("mara", "0.5"), ("ama", "0.5")))
    assert [c.creator for c in decision.candidates] == ["mara"]
