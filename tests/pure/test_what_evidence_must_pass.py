"""Each test that evidence must pass, at its border, most telling first."""

from typing import Any

import pytest

from app.attribution.candidates import Bound
from app.attribution.model import Kind, Reason
from app.campaigns.crediting import Crediting, CreditPolicy, PolicySince
from app.campaigns.model import CreditWhen
from app.orders.model import DiscountUse, OrderFacts
from app.tracking.click import Consent, Verdict, Visit
from app.tracking.model import CodeOwner
from tests.pure.evidence import (
    DAY,
    MARA,
    MOMENT,
    PLACED,
    bound,
    click,
    code,
    credited,
    judged,
    offer,
    only,
    order,
    told,
)


@pytest.mark.parametrize(
    ("facts", "evidence", "more", "failed"),
    [
        (MARA, code("mara"), {}, ()),
        (MARA, code("mara", valid_from=PLACED), {}, ()),
        (MARA, code("mara", valid_from=PLACED + MOMENT), {}, (Reason.CODE_NOT_VALID,)),
        (MARA, code("mara", valid_to=PLACED + MOMENT), {}, ()),
        (MARA, code("mara", valid_to=PLACED), {}, (Reason.CODE_NOT_VALID,)),
        (MARA, code("mara", active=((PLACED, None),)), {}, ()),
        (MARA, code("mara", active=((None, PLACED),)), {}, (Reason.PAUSED,)),
        (MARA, code("mara", active=()), {"offers": {}}, (Reason.PAUSED, Reason.NO_OFFER)),
        (MARA, code("mara"), {"offers": {1: [offer(PLACED)]}}, ()),
        (MARA, code("mara"), {"offers": {1: [offer(PLACED + MOMENT)]}}, (Reason.NO_OFFER,)),
        (MARA, code("mara"), {"offers": {2: [offer()]}}, (Reason.NO_OFFER,)),
        (MARA, code("mara"), {"installed_at": PLACED}, ()),
        (MARA, code("mara"), {"installed_at": PLACED + MOMENT}, (Reason.BEFORE_INSTALL,)),
        (MARA, code("mara"), {"tags": ("vip", " Tribute-Gift ")}, (Reason.GIFT_ORDER,)),
        (MARA, code("mara"), {"tags": ("vip", "tribute-gifts")}, ()),
        (MARA, code("mara", email_key=b"m"), {"email_key": b"m"}, (Reason.SELF_REFERRAL,)),
        (MARA, code("mara", email_key=b"m"), {"email_key": b"n"}, ()),
        (MARA, code("mara", email_key=b"m"), {"customer_key": b"m"}, ()),
        (MARA, code("mara", customer_key=b"c"), {"customer_key": b"c"}, (Reason.SELF_REFERRAL,)),
        (MARA, code("mara", customer_key=b"c", email_key=b"m"), {"customer_key": b"c", "email_key": b"n"},
         (Reason.SELF_REFERRAL,)),
        (order(("mara10", 500), test=True), code("mara"), {}, (Reason.TEST_ORDER,)),
        (order(("mara10", 500), test=True), code("mara", valid_to=PLACED),
         {"installed_at": PLACED + MOMENT, "tags": ("tribute-gift",)},
         (Reason.TEST_ORDER, Reason.GIFT_ORDER, Reason.BEFORE_INSTALL, Reason.CODE_NOT_VALID)),
        (order(), click("mara"), {}, ()),
        (order(), click("mara", 30 * DAY), {}, ()),
        (order(), click("mara", 30 * DAY + MOMENT), {}, (Reason.OUT_OF_WINDOW,)),
        (order(), click("mara", 2 * DAY, crediting=Crediting(window_days=1)), {}, (Reason.OUT_OF_WINDOW,)),
        (order(), click("mara", verdict=Verdict.BOT), {}, (Reason.BOT_CLICK,)),
        (order(), click("mara", verdict=Verdict.DUPLICATE), {}, ()),
        (order(), click("mara", consent=Consent.DENIED), {}, (Reason.NO_CONSENT,)),
        (order(), click("mara", consent=Consent.GRANTED), {}, ()),
        (order(test=True), click("mara", 31 * DAY, verdict=Verdict.BOT, consent=Consent.DENIED, active=()), {},
         (Reason.TEST_ORDER, Reason.BOT_CLICK, Reason.NO_CONSENT, Reason.OUT_OF_WINDOW, Reason.PAUSED)),
        (order(), bound("mara", 30 * DAY, 30), {}, ()),
        (order(), bound("mara", 30 * DAY + MOMENT, 30), {}, (Reason.BINDING_OVER,)),
        (order(), bound("mara", 290 * DAY, None), {}, ()),
        (order(), bound("mara", DAY, 30), {"offers": {}}, (Reason.NO_OFFER,)),
        (order(test=True), bound("mara", DAY, 30), {}, (Reason.TEST_ORDER,)),
    ],
)  # fmt: skip
def test_evidence_fails_exactly_the_tests_it_should_most_telling_first(
    facts: OrderFacts, evidence: CodeOwner | Visit | Bound, more: dict[str, Any], failed: tuple[Reason, ...]
) -> None:
    decision = judged(facts, evidence, **more)
    candidate = only(decision)
    assert candidate.failed == failed
    assert candidate.reason_code is (failed[0] if failed else Reason.WON)
    assert decision.reason_code is (failed[0] if failed else None)
    assert (candidate.creator, candidate.creator_id, candidate.enrollment_id, candidate.program_id) == (
        "mara", 1, 11, 1,
    )  # fmt: skip
    assert credited(decision) == ([] if failed else [("mara", "1")])


def test_a_binding_that_the_program_does_not_make_is_no_evidence() -> None:
    decision = judged(order(), bound("mara", DAY, 0))
    assert (decision.candidates, decision.reason_code, decision.flags) == ((), Reason.NO_EVIDENCE, ())


@pytest.mark.parametrize(
    ("source", "pos", "drafts", "by_code", "by_click"),
    [
        ("pos", CreditWhen.ALWAYS, CreditWhen.NEVER, True, True),
        ("pos", CreditWhen.WITH_CODE, CreditWhen.NEVER, True, False),
        ("pos", CreditWhen.NEVER, CreditWhen.ALWAYS, False, False),
        ("shopify_draft_order", CreditWhen.NEVER, CreditWhen.ALWAYS, True, True),
        ("shopify_draft_order", CreditWhen.ALWAYS, CreditWhen.WITH_CODE, True, False),
        ("shopify_draft_order", CreditWhen.ALWAYS, CreditWhen.NEVER, False, False),
        ("", CreditWhen.NEVER, CreditWhen.NEVER, True, True),
        ("web", CreditWhen.NEVER, CreditWhen.NEVER, True, True),
    ],
)
def test_orders_of_the_till_and_of_staff_are_credited_as_the_offer_says(
    source: str, pos: CreditWhen, drafts: CreditWhen, *, by_code: bool, by_click: bool
) -> None:
    offers = {1: [offer(pos=pos, drafts=drafts)]}
    for used, evidence, counts in (
        ([("MARA10", 1)], code("mara"), by_code),
        ([], click("mara"), by_click),
        ([], bound("mara", DAY, 30), by_click),
    ):
        candidate = only(judged(order(*used, source_name=source), evidence, offers=offers))
        assert candidate.failed == (() if counts else (Reason.CHANNEL_EXCLUDED,))


def test_what_belongs_to_nobody_is_kept_and_never_credited() -> None:
    uses = (
        DiscountUse("discount_code", "SUMMER", 900), DiscountUse("manual", "MARA10", 100),
        DiscountUse("automatic", "MARA10", 100), DiscountUse("discount_code", "", 100),
    )  # fmt: skip
    decision = judged(order(discounts=uses), code("mara"))
    assert told(decision) == [("code", "SUMMER", "unowned_code"), ("code", "MARA10", "manual_discount")]
    assert [(c.creator, c.creator_id, c.discount_minor, c.seen_at) for c in decision.candidates] == [
        (None, None, 900, PLACED),
        (None, None, 100, PLACED),
    ]
    assert (credited(decision), decision.reason_code) == ([], Reason.UNOWNED_CODE)


def test_nobody_is_credited_for_a_reason_of_evidence_that_somebody_owns() -> None:
    decision = judged(order(("SUMMER", 900), ("MARA10", 1)), code("mara", active=()))
    assert decision.reason_code is Reason.PAUSED
    assert told(decision) == [("code", "MARA10", "paused"), ("code", "SUMMER", "unowned_code")]


@pytest.mark.parametrize(
    ("policy", "evidence", "reason"),
    [
        (CreditPolicy.ONLY_WITH_CLICK, [], Reason.NEEDS_CLICK),
        (CreditPolicy.ONLY_WITH_CLICK, [click("mara", 20 * DAY), click("theo")], Reason.WON),
        (CreditPolicy.ONLY_WITH_CLICK, [click("mara", 31 * DAY)], Reason.NEEDS_CLICK),
        (CreditPolicy.ONLY_WITH_CLICK, [click("theo")], Reason.NEEDS_CLICK),
        (CreditPolicy.ONLY_WITH_CLICK, [bound("mara", DAY, 30)], Reason.NEEDS_CLICK),
        (CreditPolicy.ONLY_IF_WINNER, [], Reason.NEEDS_WINNING_CLICK),
        (CreditPolicy.ONLY_IF_WINNER, [click("mara", 20 * DAY), click("theo")], Reason.NEEDS_WINNING_CLICK),
        (CreditPolicy.ONLY_IF_WINNER, [click("mara"), click("theo", 20 * DAY)], Reason.WON),
        (CreditPolicy.ONLY_IF_WINNER, [bound("mara", DAY, 30)], Reason.WON),
        (CreditPolicy.ONLY_IF_WINNER, [bound("mara", 31 * DAY, 30)], Reason.NEEDS_WINNING_CLICK),
        (CreditPolicy.ONLY_IF_WINNER, [bound("mara", DAY, 30), click("theo")], Reason.NEEDS_WINNING_CLICK),
        (CreditPolicy.ONLY_IF_WINNER, [bound("theo", DAY, 30), click("mara")], Reason.WON),
    ],
)  # fmt: skip
def test_a_code_counts_under_its_policy(
    policy: CreditPolicy, evidence: list[Visit | Bound], reason: Reason
) -> None:
    decision = judged(MARA, code("mara", policies=(PolicySince(None, policy),)), *evidence)
    (mine,) = [c for c in decision.candidates if c.kind is Kind.CODE]
    assert mine.reason_code is reason
    assert mine.failed == (() if reason is Reason.WON else (reason,))


def test_a_policy_is_one_test_more_and_not_the_most_telling() -> None:
    needs = (PolicySince(None, CreditPolicy.ONLY_WITH_CLICK),)
    candidate = only(judged(MARA, code("mara", active=(), policies=needs)))
    assert (candidate.failed, candidate.reason_code) == ((Reason.PAUSED, Reason.NEEDS_CLICK), Reason.PAUSED)
