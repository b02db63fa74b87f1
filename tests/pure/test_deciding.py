"""Clicks, windows and codes in any mixture never credit outside the rules."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.attribution.candidates import Context
from app.attribution.decide import decide
from app.attribution.model import Decision, Reason
from app.attribution.modelbook import MODELS
from app.campaigns.crediting import USUAL, Crediting, CreditPolicy, PolicySince, Since
from app.campaigns.model import Discount, OfferTerms, OfferVersion, RuleSpec
from app.kernel.ids import OfferId, ProgramId
from app.orders.model import DiscountUse, FinancialStatus, OrderFacts
from app.tracking.click import Consent, LinkOwner, Verdict, Visit
from app.tracking.model import CodeOwner

PLACED = datetime(2026, 11, 22, 12, tzinfo=UTC)
START = datetime(2026, 1, 1, tzinfo=UTC)
TERMS = OfferTerms(30, Discount(), (RuleSpec("percent", {"rate": "0.12"}),))
OFFERS = {1: [OfferVersion(OfferId(1), ProgramId(1), 1, START, TERMS)]}
Row = tuple[Any, ...]
PEOPLE = ("mara", "theo", "ama")

crediting = st.builds(
    Crediting,
    model=st.sampled_from(sorted(MODELS)),
    sources=st.permutations(USUAL).map(tuple),
    window_days=st.integers(1, 365),
    binding_days=st.sampled_from([0, 30, None]),
)
spans = st.sampled_from([((None, None),), ((None, PLACED),), ((PLACED, None),), ()])
visit = st.tuples(
    st.integers(0, 2),
    st.integers(0, 400 * 24),
    st.sampled_from(Verdict),
    st.sampled_from(Consent),
    spans,
)
code = st.tuples(st.integers(0, 2), st.integers(0, 1000), st.sampled_from(CreditPolicy), spans)


def build(
    terms: Crediting, visits: Sequence[Row], codes: Sequence[Row], **more: object
) -> tuple[OrderFacts, Context]:
    history = (Since(None, terms),)

    def owner(person: int, active: Any) -> dict[str, Any]:
        return {"enrollment_id": person, "creator_id": person + 1, "creator": PEOPLE[person], "program_id": 1,
                "active": active, "email_key": None, "history": history}  # fmt: skip

    order = OrderFacts(
        id=1, name="#1", placed_at=PLACED, updated_at=PLACED, currency="EUR", taxes_included=False,
        test=bool(more.get("test", False)), cancelled_at=None, financial_status=FinancialStatus.PAID, lines=(),
        discounts=tuple(DiscountUse("discount_code", f"C{n}", took) for n, (_, took, _, _) in enumerate(codes)),
    )  # fmt: skip
    owners = {
        f"C{n}": CodeOwner(folded=f"C{n}", valid_from=None, valid_to=None,
                           policies=(PolicySince(None, policy),), **owner(person, active))
        for n, (person, _, policy, active) in enumerate(codes)
    }  # fmt: skip
    seen = tuple(
        Visit(LinkOwner(slug=PEOPLE[person], **owner(person, active)), PLACED - timedelta(hours=hours), verdict, consent)
        for person, hours, verdict, consent, active in visits
    )  # fmt: skip
    return order, Context(START, owners, OFFERS, visits=seen)


def summed(decision: Decision) -> Decimal:
    return sum((c.weight for c in decision.candidates), Decimal(0))


@settings(max_examples=300, deadline=None)
@given(crediting, st.lists(visit, max_size=6), st.lists(code, max_size=4))
def test_only_evidence_that_passed_every_test_is_ever_credited(
    terms: Crediting, visits: list[Row], codes: list[Row]
) -> None:
    order, context = build(terms, visits, codes)
    decision = decide(order, context)
    assert summed(decision) == (1 if any(c.is_eligible for c in decision.candidates) else 0)
    assert summed(decision) == sum(w.weight for w in decision.winners)
    assert len({w.creator_id for w in decision.winners}) == len(decision.winners)
    for candidate in decision.candidates:
        assert candidate.won == (candidate.weight > 0) == (candidate.reason_code is Reason.WON)
        assert candidate.reason
        if candidate.won and candidate.kind == "click":
            assert candidate.seen_at is not None
            assert PLACED - candidate.seen_at <= timedelta(days=terms.window_days)
        if candidate.won:
            assert not candidate.failed
    assert (decision.reason_code is None) == bool(decision.winners)
    assert decide(order, context) == decision


@settings(max_examples=100, deadline=None)
@given(crediting, st.lists(visit, max_size=5), st.lists(code, max_size=3))
def test_a_test_order_is_credited_to_nobody_whatever_speaks_for_it(
    terms: Crediting, visits: list[Row], codes: list[Row]
) -> None:
    decision = decide(*build(terms, visits, codes, test=True))
    assert not decision.winners
    assert summed(decision) == 0


@settings(max_examples=100, deadline=None)
@given(crediting, st.lists(visit, min_size=2, max_size=4), st.lists(code, max_size=2))
def test_the_sequence_in_which_clicks_are_read_changes_nobodys_part(
    terms: Crediting, visits: list[Row], codes: list[Row]
) -> None:
    parts = set()
    for order_of_visits in permutations(visits):
        decision = decide(*build(terms, order_of_visits, codes))
        parts.add(tuple(sorted((w.creator, w.weight) for w in decision.winners)))
    assert len(parts) == 1


def test_of_two_clicks_at_one_instant_a_code_only_for_the_winner_asks_the_same_whichever_is_read_first() -> (
    None
):
    mara, theo = ((person, 3, Verdict.BILLABLE, Consent.GRANTED, ((None, None),)) for person in (0, 1))
    code_of_theo = (1, 500, CreditPolicy.ONLY_IF_WINNER, ((None, None),))
    for visits in ([mara, theo], [theo, mara]):
        decision = decide(*build(Crediting(), visits, [code_of_theo]))
        assert [(w.creator, w.value) for w in decision.winners] == [("mara", "mara")]
        (refused,) = [c for c in decision.candidates if c.failed]
        assert refused.failed == (Reason.NEEDS_WINNING_CLICK,)
