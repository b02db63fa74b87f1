"""Clicks, windows and codes in any mixture, judged a second time by a few lines written from semantics.md 2 and 3 alone.

The model below shares no line with app/attribution: it knows only what was generated.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.attribution.model import Decision
from app.attribution.modelbook import DEFAULT, MODELS
from app.campaigns.crediting import USUAL, Crediting, CreditPolicy, PolicySince, Since, Source
from app.tracking.click import Consent, Verdict
from app.tracking.model import CodeOwner
from tests.pure.evidence import DAY, MOMENT, PEOPLE, PLACED, click, code, credited, judged, offer, order

SHOPPER = b"the shopper's own pseudonym"


@dataclass(frozen=True)
class Click:
    """A visit, so many days and an edge before the order."""

    who: str
    days: int
    edge: timedelta
    verdict: Verdict
    consent: Consent

    @property
    def age(self) -> timedelta:
        return max(timedelta(0), self.days * DAY + self.edge)


@dataclass(frozen=True)
class Used:
    """A code on the order."""

    who: str | None
    """None: nobody's."""
    number: int
    took: int
    policy: CreditPolicy
    ended: timedelta | None
    """Before the order; None: it is valid without an end."""
    spelled: str
    """upper, lower, or with blanks around it."""

    @property
    def text(self) -> str:
        plain = f"Maß{self.number}-{self.who}"
        return {"upper": plain.upper(), "lower": plain.lower()}.get(self.spelled, f"  {plain} ")

    @property
    def is_valid(self) -> bool:
        return self.ended is None or self.ended < timedelta(0)


@dataclass(frozen=True)
class Case:
    """One order, all that speaks for anybody, and how the program decides."""

    clicks: tuple[Click, ...]
    codes: tuple[Used, ...]
    window: int
    sources: tuple[Source, ...]
    paused: frozenset[str]
    buys_own: str | None
    """Who of the creators is the shopper."""
    installed: timedelta
    """Before the order; negative: after it."""
    has_offer: bool

    def may_earn(self, who: str) -> bool:
        return (
            self.has_offer
            and self.installed >= timedelta(0)
            and who not in self.paused
            and who != self.buys_own
        )

    def counts(self, visit: Click) -> bool:
        return (
            self.may_earn(visit.who)
            and visit.verdict is not Verdict.BOT
            and visit.consent is not Consent.DENIED
            and visit.age <= self.window * DAY
        )

    def last_clicker(self) -> str | None:
        """Of two at one instant the first by name."""
        counted = sorted((visit.age, visit.who) for visit in self.clicks if self.counts(visit))
        return counted[0][1] if counted else None

    def speaks(self, used: Used) -> bool:
        if used.who is None or not self.may_earn(used.who) or not used.is_valid:
            return False
        if used.policy is CreditPolicy.ONLY_WITH_CLICK:
            return any(visit.who == used.who and self.counts(visit) for visit in self.clicks)
        return used.policy is CreditPolicy.ALWAYS or self.last_clicker() == used.who

    def credited(self) -> str | None:
        """Who brought the order by the usual model: the stronger source; the larger discount, the last click."""
        codes = [used for used in self.codes if self.speaks(used)]
        by_code = max(codes, key=lambda used: used.took).who if codes else None
        found = {Source.CODE: by_code, Source.CLICK: self.last_clicker(), Source.BINDING: None}
        return next((found[source] for source in self.sources if found[source]), None)


def judge(case: Case, model: str = DEFAULT) -> Decision:
    """What the app says."""
    history = (Since(None, Crediting(model=model, sources=case.sources, window_days=case.window)),)

    def facts(who: str) -> dict[str, Any]:
        active = () if who in case.paused else ((None, None),)
        key = SHOPPER if who == case.buys_own else b"of " + who.encode()
        return {"history": history, "active": active, "email_key": key}

    def owned(used: Used, who: str) -> CodeOwner:
        ends = None if used.ended is None else PLACED - used.ended
        policies = (PolicySince(None, used.policy),)
        folded = used.text.strip().upper()
        return code(who, folded=folded, valid_to=ends, policies=policies, **facts(who))

    visits = [click(v.who, v.age, verdict=v.verdict, consent=v.consent, **facts(v.who)) for v in case.clicks]
    codes = [owned(used, used.who) for used in case.codes if used.who is not None]
    placed = order(*((used.text, used.took) for used in case.codes))
    offers = {1: [offer()]} if case.has_offer else {}
    installed = PLACED - case.installed
    return judged(placed, *visits, *codes, installed_at=installed, offers=offers, email_key=SHOPPER)


who = st.sampled_from(sorted(PEOPLE))
edge = st.sampled_from([timedelta(0), MOMENT, -MOMENT])
clicks = st.builds(Click, who, st.integers(0, 5), edge, st.sampled_from(Verdict), st.sampled_from(Consent))
seldom = st.sampled_from([False] * 9 + [True])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    used = draw(
        st.lists(
            st.builds(
                Used,
                who=st.one_of(who, who, who, st.none()),
                number=st.just(0),
                took=st.sampled_from([0, 1, 500]),
                policy=st.sampled_from([CreditPolicy.ALWAYS, CreditPolicy.ALWAYS, *CreditPolicy]),
                ended=st.sampled_from([None, None, None, DAY, timedelta(0), -MOMENT]),
                spelled=st.sampled_from(["upper", "lower", "blanks"]),
            ),
            max_size=3,
        )
    )
    return Case(
        clicks=tuple(draw(st.lists(clicks, max_size=5))),
        codes=tuple(replace(one, number=n) for n, one in enumerate(used)),
        window=draw(st.integers(1, 5)),
        sources=draw(st.permutations(USUAL).map(tuple)),
        paused=frozenset(draw(st.sets(who, max_size=1))),
        buys_own=draw(st.one_of(st.none(), st.none(), who)),
        installed=-MOMENT if draw(seldom) else draw(st.sampled_from([timedelta(0), 100 * DAY])),
        has_offer=not draw(seldom),
    )


@settings(max_examples=400, deadline=None)
@given(cases())
def test_the_usual_model_credits_whom_a_second_reading_of_the_rules_credits(case: Case) -> None:
    expected = case.credited()
    assert credited(judge(case)) == ([(expected, "1")] if expected else [])


@settings(max_examples=200, deadline=None)
@given(cases(), st.sampled_from(sorted(MODELS)))
def test_no_model_credits_anybody_but_whose_evidence_the_rules_allow(case: Case, model: str) -> None:
    allowed = {v.who for v in case.clicks if case.counts(v)} | {c.who for c in case.codes if case.speaks(c)}
    decision = judge(case, model)
    assert {winner.creator for winner in decision.winners} <= allowed
    assert sum(winner.weight for winner in decision.winners) == bool(allowed)
    refused = [c for c in decision.candidates if not c.won]
    assert all(c.reason for c in refused)
    assert len(decision.candidates) == len(case.clicks) + len(case.codes)


@settings(max_examples=100, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_the_sequence_in_which_clicks_became_known_credits_nobody_else(case: Case, dice: Random) -> None:
    shuffled = list(case.clicks)
    dice.shuffle(shuffled)
    assert credited(judge(replace(case, clicks=tuple(shuffled)))) == credited(judge(case))
