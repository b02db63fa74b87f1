"""Why an order was credited as it was: evidence, models, terms, arithmetic, people's decisions, proof.

The merchant's page and `tribute explain` show this record; a creator sees what flows/explain_redacted
leaves of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.attribution import store as evidence
from app.attribution.model import Decision, Reason
from app.attribution.modelbook import DEFAULT
from app.attribution.sentences import LOST
from app.campaigns import store as campaigns
from app.campaigns.model import OfferVersion, Program
from app.commissions import store as credits_store
from app.commissions.model import Earning, LineEarning
from app.commissions.status import Status, order_status, status_of
from app.db.session import ShopSession
from app.flows.explain_evidence import candidate
from app.flows.explain_models import side_by_side
from app.flows.explain_words import PlainVoice, money, plain
from app.flows.offer_words import summary
from app.flows.review import label, reasons_of
from app.fraud.model import Finding
from app.kernel.errors import NotFound
from app.orders import store as orders
from app.orders.net_sales import line_bases
from app.orders.store import StoredOrder
from app.reports import story as reports
from app.reports.story import Decided, Delivery, Movement

Json = dict[str, Any]
Credits = Sequence[tuple[str, Earning]]
"""(creator's handle, earning)."""


class NoSuchOrder(NotFound):
    """This shop has no order of that number or name."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"This shop has no order {reference[:64]!r}.")


def explain(session: ShopSession, reference: str, as_of: datetime) -> Json:
    """The whole record of one order, as it stands at `as_of`. Raises NoSuchOrder.

    `reference`: Shopify's number, a gid or the #name. Amounts: minor units with their currency;
    weights and rates are decimal strings. Shape: docs/contracts.md.
    """
    order = order_of(session, reference)
    kept = evidence.of_order(session, order.facts.id)
    decision = kept.decision if kept else Decision(DEFAULT, (), Reason.NO_EVIDENCE, ())
    earnings = credits_store.of_order(session, order.facts.id)
    story = reports.story(session, order.facts.id)
    terms = campaigns.terms_of_shop(session)
    programs = [program for program, _ in terms]
    offers: dict[int, list[OfferVersion]] = {program.id: held for program, held in terms if held}
    return {
        **_order(order, decision, earnings, as_of, _reasons(session, order, decision, earnings)),
        "models": side_by_side(session, order, decision, programs, offers, timezone=story.timezone),
        "offers": _offers(earnings, programs, offers, order.facts.currency),
        "decisions": _decisions(story.decisions, as_of),
        "ledger": [_movement(m) for m in story.movements],
        "events": [_event(d) for d in story.deliveries],
        "waiting": story.waiting,
    }


def order_of(session: ShopSession, reference: str) -> StoredOrder:
    """The order that a person means by its number, gid or #name. Raises NoSuchOrder."""
    order = orders.find(session, reference)
    if order is None:
        raise NoSuchOrder(reference)
    return order


def _reasons(
    session: ShopSession, order: StoredOrder, decision: Decision, earnings: Credits
) -> dict[int, list[Finding]]:
    """Why each flagged creator's part waits, by creator id."""
    flagged = {(order.facts.id, e.creator_id): e.flags for _, e in earnings if e.flags}
    told = reasons_of(session, [order], {order.key: decision}, flagged)
    return {creator: found for (_, creator), found in told.items()}


def _order(
    order: StoredOrder,
    decision: Decision,
    earnings: Credits,
    as_of: datetime,
    waiting: Mapping[int, Sequence[Finding]],
) -> Json:
    facts, currency = order.facts, order.facts.currency
    net = sum(base.current_minor for base in line_bases(facts, order.refunds))
    statuses = [status_of(e, as_of) for _, e in earnings]
    found = [candidate(c, rank, facts.placed_at, currency) for rank, c in enumerate(decision.candidates, 1)]
    return {
        "order": str(facts.id),
        "name": facts.name,
        "channel": facts.source_name or "web",
        "placed_at": facts.placed_at.isoformat(),
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "status": order_status(statuses),
        "model": decision.model,
        "reason_code": decision.reason_code,
        "reason": _sentence(decision),
        "flags": list(decision.flags),
        "net_sales": money(net, currency),
        "credits": [
            _credit(h, e, s, currency, waiting.get(e.creator_id, ()))
            for (h, e), s in zip(earnings, statuses, strict=True)
        ],
        "candidates": found,
        "offer_version": earnings[0][1].version if earnings else None,
        "payment": _payment(order),
        "event_digest": order.event_digest.hex(),
    }


def _sentence(decision: Decision) -> str | None:
    """Why nobody is credited, in the words of the candidate that came nearest; None when somebody is."""
    if decision.reason_code is None:
        return None
    told = [c.reason for c in decision.candidates if c.reason_code is decision.reason_code]
    return told[0] if told else LOST[decision.reason_code]


def _payment(order: StoredOrder) -> Json:
    received, currency = order.received_minor, order.facts.currency
    return {
        "status": order.facts.financial_status,
        "received": money(received, currency) if received is not None else None,
        "fulfilled_at": order.fulfilled_at.isoformat() if order.fulfilled_at else None,
        "refunds": len(order.refunds),
        "disputes": [
            {"kind": d.kind, "status": d.status, "changed_at": d.changed_at.isoformat()}
            for d in order.disputes
        ],
    }


def _credit(handle: str, earning: Earning, status: Status, currency: str, waiting: Sequence[Finding]) -> Json:
    return {
        "creator": handle,
        "weight": plain(earning.weight),
        "status": status,
        "enrollment": earning.enrollment_id,
        "offer_version": earning.version,
        "base": money(sum(line.base_minor for line in earning.lines), currency),
        "commission": money(earning.commission_minor, currency),
        "earned": money(earning.earned_minor, currency),
        "flags": list(earning.flags),
        "flag_reasons": [
            {"flag": found.detector, "label": label(found.detector), "reason": found.reason}
            for found in waiting
        ],
        "paid_at": earning.paid_at.isoformat() if earning.paid_at else None,
        "matures_at": earning.matures_at.isoformat() if earning.matures_at else None,
        "lines": [_line(line, currency) for line in earning.lines],
    }


def _line(line: LineEarning, currency: str) -> Json:
    return {
        "line": str(line.line) if line.line else None,
        "title": line.title,
        "ordered": line.ordered,
        "remaining": line.remaining,
        "placed": money(line.placed_minor, currency),
        "base": money(line.base_minor, currency),
        "rule": line.rule,
        "rate": line.rate,
        "commission": money(line.commission_minor, currency),
        "why": list(line.why),
        "note": line.note,
        "cut": money(line.cut_minor, currency),
    }


def _offers(
    earnings: Credits,
    programs: Sequence[Program],
    offers: Mapping[int, Sequence[OfferVersion]],
    currency: str,
) -> list[Json]:
    """The versions that priced the order, each with its terms in words."""
    used = {e.offer_id for _, e in earnings}
    return [
        {
            "program": program.handle,
            "version": v.version,
            "effective_from": v.effective_from.isoformat(),
            "hold_days": v.terms.hold_days,
            "terms": summary(v.terms, PlainVoice(currency)),
        }
        for program in programs
        for v in offers.get(program.id, ())
        if v.id in used
    ]


def _decisions(decided: Sequence[Decided], as_of: datetime) -> list[Json]:
    """What people decided about the order, also what was taken back."""
    return [
        {"kind": d.kind, "actor": d.actor, "decided_at": d.decided_at.isoformat(), "facts": d.facts}
        for d in decided
        if d.decided_at <= as_of
    ]


def _movement(posted: Movement) -> Json:
    return {
        "kind": posted.kind,
        "debit": posted.debit,
        "credit": posted.credit,
        "creator": posted.handle,
        "amount": money(posted.amount_minor, posted.currency),
        "effective_at": posted.effective_at.isoformat(),
        "recorded_at": posted.recorded_at.isoformat(),
    }


def _event(delivered: Delivery) -> Json:
    return {
        "topic": delivered.topic,
        "source": delivered.source,
        "triggered_at": delivered.triggered_at.isoformat(),
        "received_at": delivered.received_at.isoformat(),
        "digest": delivered.digest,
    }
