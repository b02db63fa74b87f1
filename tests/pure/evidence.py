"""Orders with evidence made by hand: whose codes and links, when, and under which settings."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from app.attribution.candidates import Bound, Context
from app.attribution.decide import decide
from app.attribution.model import Assignment, Candidate, Decision
from app.campaigns.crediting import Crediting, Since
from app.campaigns.model import Discount, OfferTerms, OfferVersion, RuleSpec
from app.kernel.ids import OfferId, ProgramId
from app.orders.model import DiscountUse, FinancialStatus, OrderFacts
from app.tracking.click import Consent, LinkOwner, Verdict, Visit
from app.tracking.model import CodeOwner

PLACED = datetime(2026, 11, 22, 12, tzinfo=UTC)
START = PLACED - timedelta(days=300)
MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)
PEOPLE = {"mara": 1, "theo": 2, "ama": 3}


def offer(since: datetime = START, program: int = 1, **more: Any) -> OfferVersion:
    terms = OfferTerms(30, Discount(), (RuleSpec("percent", {"rate": "0.12"}),), **more)
    return OfferVersion(OfferId(program), ProgramId(program), 1, since, terms)


def owner(who: str, **facts: Any) -> dict[str, Any]:
    crediting = facts.pop("crediting", Crediting())
    known = {"enrollment_id": 10 + PEOPLE[who], "creator_id": PEOPLE[who], "creator": who, "program_id": 1,
             "active": ((None, None),), "email_key": None, "history": (Since(None, crediting),)}  # fmt: skip
    return known | facts


def code(who: str, **facts: Any) -> CodeOwner:
    made = CodeOwner(**owner(who), folded=f"{who.upper()}10", valid_from=None, valid_to=None)
    return msgspec.structs.replace(made, **facts)


def click(who: str, ago: timedelta = DAY, *, verdict: Verdict = Verdict.BILLABLE, consent: Consent = Consent.UNKNOWN, **facts: Any) -> Visit:  # fmt: skip
    return Visit(LinkOwner(slug=f"{who}-link", **owner(who, **facts)), PLACED - ago, verdict, consent)


def bound(who: str, ago: timedelta, days: int | None) -> Bound:
    return Bound(
        LinkOwner(slug=who, **owner(who, crediting=Crediting(binding_days=days))), "#7", PLACED - ago
    )


def order(*used: tuple[str, int], **facts: Any) -> OrderFacts:
    made = OrderFacts(
        id=1, name="#1", placed_at=PLACED, updated_at=PLACED, currency="EUR", taxes_included=False, test=False,
        cancelled_at=None, financial_status=FinancialStatus.PAID, lines=(),
        discounts=tuple(DiscountUse("discount_code", value, took) for value, took in used),
    )  # fmt: skip
    return msgspec.structs.replace(made, **facts)


def judged(facts: OrderFacts, *evidence: CodeOwner | Visit | Bound, **more: Any) -> Decision:
    codes = {e.folded: e for e in evidence if isinstance(e, CodeOwner)}
    visits = tuple(e for e in evidence if isinstance(e, Visit))
    binding = next((e for e in evidence if isinstance(e, Bound)), None)
    context: dict[str, Any] = {"installed_at": START, "offers": {1: [offer()]}} | more
    return decide(facts, Context(owners=codes, visits=visits, bound=binding, **context))


def credited(decision: Decision) -> list[tuple[str | None, str]]:
    return [(w.creator, f"{w.weight.normalize():f}") for w in decision.winners]


def told(decision: Decision) -> list[tuple[str, str, str]]:
    return [(c.kind.value, c.value, c.reason_code.value) for c in decision.candidates]


MARA = order(("mara10", 500))


def only(decision: Decision) -> Candidate:
    (candidate,) = decision.candidates
    return candidate


def named(*shares: tuple[str, str], people: tuple[str, ...] = ("mara", "theo")) -> dict[str, Any]:
    weights = tuple((10 + PEOPLE[who], Decimal(weight)) for who, weight in shares)
    said = Assignment(weights, "staff", "They asked", PLACED + DAY)
    return {
        "assignment": said,
        "people": {10 + PEOPLE[who]: LinkOwner(slug=who, **owner(who)) for who in people},
    }
