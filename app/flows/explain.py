"""Why an order was credited as it was: every candidate, the arithmetic, the terms, the raw body's digest.

The merchant's page, `tribute explain` and later the creator's portal all show this one record.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from app.attribution import store as evidence
from app.attribution.model import Candidate, Decision, Reason
from app.attribution.sentences import LOST
from app.commissions import store as credits_store
from app.commissions.model import Earning, LineEarning
from app.commissions.status import Status, order_status, status_of
from app.db.session import ShopSession
from app.kernel.errors import NotFound
from app.orders import store as orders
from app.orders.net_sales import line_bases
from app.orders.store import StoredOrder

Json = dict[str, Any]


class NoSuchOrder(NotFound):
    """This shop has no order of that number or name."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"This shop has no order {reference[:64]!r}. Give its number, its gid or its #name.")


def explain(session: ShopSession, reference: str, as_of: datetime) -> Json:
    """The whole record of one order, as it stands at `as_of`. Raises NoSuchOrder.

    `reference`: Shopify's number, a gid or the #name. Amounts: minor units with their currency;
    weights and rates are decimal strings. Shape: docs/contracts.md.
    """
    order = order_of(session, reference)
    order_id = order.facts.id
    kept = evidence.of_order(session, order_id)
    earnings = credits_store.of_order(session, order_id)
    return _record(order, kept.decision if kept else None, earnings, as_of)


def order_of(session: ShopSession, reference: str) -> StoredOrder:
    """The order that a person means by its number, gid or #name. Raises NoSuchOrder."""
    order_id = orders.find(session, reference)
    if order_id is None:
        raise NoSuchOrder(reference)
    (order,) = orders.current(session, [(session.shop_id, order_id)])
    return order


def _record(
    order: StoredOrder, decision: Decision | None, earnings: list[tuple[str, Earning]], as_of: datetime
) -> Json:
    currency = order.facts.currency
    net = sum(base.current_minor for base in line_bases(order.facts, order.refunds))
    statuses = [status_of(e, as_of) for _, e in earnings]
    reason = _reason(decision)
    return {
        "order": str(order.facts.id),
        "name": order.facts.name,
        "placed_at": order.facts.placed_at.isoformat(),
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "status": order_status(statuses),
        "model": decision.model if decision else "code_then_last_click",
        "reason_code": reason,
        "reason": _sentence(decision),
        "flags": list(decision.flags) if decision else [],
        "net_sales": _money(net, currency),
        "credits": [_credit(h, e, s, currency) for (h, e), s in zip(earnings, statuses, strict=True)],
        "candidates": [_candidate(c, currency) for c in decision.candidates] if decision else [],
        "offer_version": earnings[0][1].version if earnings else None,
        "event_digest": order.event_digest.hex(),
    }


def _reason(decision: Decision | None) -> Reason | None:
    return decision.reason_code if decision else Reason.NO_EVIDENCE


def _sentence(decision: Decision | None) -> str | None:
    """Why nobody is credited, in the words of the candidate that came nearest; None when somebody is."""
    reason = _reason(decision)
    if reason is None:
        return None
    told = [c.reason for c in decision.candidates if c.reason_code is reason] if decision else []
    return told[0] if told else LOST[Reason.NO_EVIDENCE]


def _money(minor: int, currency: str) -> Json:
    return {"minor": minor, "currency": currency}


def _credit(handle: str, earning: Earning, status: Status, currency: str) -> Json:
    return {
        "creator": handle,
        "weight": _plain(earning.weight),
        "status": status,
        "enrollment": earning.enrollment_id,
        "offer_version": earning.version,
        "base": _money(sum(line.base_minor for line in earning.lines), currency),
        "commission": _money(earning.commission_minor, currency),
        "earned": _money(earning.earned_minor, currency),
        "flags": list(earning.flags),
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
        "placed": _money(line.placed_minor, currency),
        "base": _money(line.base_minor, currency),
        "rule": line.rule,
        "rate": line.rate,
        "commission": _money(line.commission_minor, currency),
        "why": list(line.why),
        "note": line.note,
        "cut": _money(line.cut_minor, currency),
    }


def _candidate(candidate: Candidate, currency: str) -> Json:
    return {
        "kind": candidate.kind,
        "value": candidate.value,
        "creator": candidate.creator,
        "won": candidate.won,
        "weight": _plain(candidate.weight),
        "reason_code": candidate.reason_code,
        "reason": candidate.reason,
        "seen_at": candidate.seen_at.isoformat() if candidate.seen_at else None,
        "discount": _money(candidate.discount_minor, currency)
        if candidate.discount_minor is not None
        else None,
    }


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
