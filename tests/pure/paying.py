"""Orders made by hand, with who is credited for them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from app.attribution.model import Candidate, Decision, Kind, Reason
from app.campaigns.model import Discount, OfferTerms, OfferVersion, RuleSpec
from app.commissions.accrue import earn
from app.commissions.model import Earning, Standing
from app.commissions.sale import NOTHING_ELSE, Known
from app.kernel.ids import OfferId, ProgramId
from app.orders.model import FinancialStatus, Line, OrderFacts, RefundFacts
from app.orders.net_sales import line_bases

PLACED = datetime(2026, 3, 1, tzinfo=UTC)
PERCENT = RuleSpec("percent", {"rate": "0.12"})
FLAT = RuleSpec("flat", {"amount": "5.00", "currency": "EUR"})


def order(*lines: Line, **facts: object) -> OrderFacts:
    made = OrderFacts(
        id=1, name="#1", placed_at=PLACED, updated_at=PLACED, currency="EUR", taxes_included=False, test=False,
        cancelled_at=None, financial_status=FinancialStatus.PAID, lines=lines, discounts=(),
    )  # fmt: skip
    return msgspec.structs.replace(made, **facts)


def line(
    line_id: int, price: int, ordered: int = 1, *, current: int | None = None, discount: int = 0
) -> Line:
    left = ordered if current is None else current
    return Line(line_id, "x", None, None, ordered, left, price, discount, 0, gift_card=False)


def refund(*units: tuple[int, int]) -> RefundFacts:
    return RefundFacts(id=1, order_id=1, refunded_at=PLACED, lines=units, needs_reread=False)


def winner(number: int, weight: str = "1", **facts: object) -> Candidate:
    """Creator `number` with enrollment 10 + `number`, by the code C`number`."""
    made = Candidate(kind=Kind.CODE, value=f"C{number}", creator=f"c{number}", won=True, reason_code=Reason.WON,
                     reason="", enrollment_id=10 + number, creator_id=number, program_id=1, weight=Decimal(weight))  # fmt: skip
    return msgspec.structs.replace(made, **facts)


def decided(*winners: Candidate) -> Decision:
    return Decision("code_then_last_click", winners, None, ())


def credited(*weights: str) -> Decision:
    return decided(*(winner(n, w) for n, w in enumerate(weights, 1)))


def offered(
    *rules: RuleSpec, program: int = 1, since: datetime = PLACED, version: int = 1, **more: Any
) -> OfferVersion:
    terms = OfferTerms(more.pop("hold_days", 30), Discount(), rules, **more)
    return OfferVersion(OfferId(100 + program), ProgramId(program), version, since, terms)


def paid(
    facts: OrderFacts,
    decision: Decision,
    *offers: OfferVersion,
    standing: Standing | None = None,
    known: Known = NOTHING_ELSE,
    refunds: tuple[RefundFacts, ...] = (),
) -> list[Earning]:
    """What everybody should earn for it."""
    by_program = {int(o.program_id): [v for v in offers if v.program_id == o.program_id] for o in offers}
    bases = line_bases(facts, refunds)
    return earn(facts, bases, decision, by_program, standing or Standing(PLACED), known=known)


def earnings(
    facts: OrderFacts, spec: RuleSpec, *refunds: RefundFacts, weights: tuple[str, ...] = ("1",)
) -> list[Earning]:
    return paid(facts, credited(*weights), offered(spec), refunds=refunds)
