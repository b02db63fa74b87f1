"""What the detectors say of one order: its own page and referrer, and what other orders make of it. Pure.

flows/judge calls it for what is credited; flows/detect keeps what other orders say.
"""

from collections.abc import Mapping, Sequence

import msgspec

from app.attribution.model import Candidate, Decision, Kind
from app.fraud.count import Seen
from app.fraud.landing import sources
from app.fraud.lists import is_coupon_site
from app.fraud.model import Case, Finding
from app.fraud.scan import scan
from app.fraud.settings import Settings, Versions, in_force
from app.fraud.store import Sighted
from app.orders.store import StoredOrder
from app.tracking.model import fold

TRIED = "tribute_codes_tried"
"""Our cart attribute: how many codes were tried, where something counted them."""

Findings = Mapping[int, tuple[Finding, ...]]
"""By creator id."""


def findings(
    order: StoredOrder, decision: Decision, suspicions: Mapping[str, Case], versions: Versions
) -> Findings:
    """Why a human should look at each credited creator's part of the order."""
    settings = in_force(versions, order.facts.placed_at)
    found: dict[int, tuple[Finding, ...]] = {}
    for winner in _strongest(decision.winners):
        clicked = any(c.kind is Kind.CLICK and c.creator_id == winner.creator_id for c in decision.candidates)
        case = _case(order, winner, suspicions, settings, clicked=clicked)
        if winner.creator_id is not None and (told := scan(case, settings)):
            found[winner.creator_id] = told
    return found


def flags_of(
    order: StoredOrder, decision: Decision, suspicions: Mapping[str, Case], versions: Versions
) -> dict[int, tuple[str, ...]]:
    """The flags of each credited creator's part."""
    found = findings(order, decision, suspicions, versions)
    return {creator: tuple(f.detector for f in told) for creator, told in found.items()}


def sightings(order: StoredOrder, decision: Decision, versions: Versions) -> list[Sighted]:
    """Where creators' codes were seen, won or lost; none on a test order."""
    if order.facts.test:
        return []
    settings = in_force(versions, order.facts.placed_at)
    clicked = {c.creator_id for c in decision.candidates if c.kind is Kind.CLICK}
    codes = {fold(c.value): c for c in _codes(decision.candidates)}
    return [
        Sighted(order.shop_id, folded, _seen(order, settings, clicked=c.creator_id in clicked))
        for folded, c in sorted(codes.items())
    ]


def _strongest(winners: Sequence[Candidate]) -> list[Candidate]:
    """One piece of evidence of each creator: the code, which other orders can be compared by, before a click."""
    best: dict[int | None, Candidate] = {}
    for winner in winners:
        if winner.creator_id not in best or winner.kind is Kind.CODE:
            best[winner.creator_id] = winner
    return list(best.values())


def _codes(candidates: Sequence[Candidate]) -> list[Candidate]:
    return [c for c in candidates if c.kind is Kind.CODE and c.creator_id is not None]


def _case(
    order: StoredOrder,
    winner: Candidate,
    suspicions: Mapping[str, Case],
    settings: Settings,
    *,
    clicked: bool,
) -> Case:
    """`clicked`: a link of the creator's led to the page that the visit began with."""
    code = winner.value if winner.kind is Kind.CODE else None
    known = suspicions.get(fold(code)) if code else None
    return msgspec.structs.replace(
        known or Case(creator=winner.creator or ""),
        code=code,
        landing=order.origin.landing_site,
        click_landings=(order.origin.landing_site,) if clicked and order.origin.landing_site else (),
        referrer=order.origin.referring_site,
        codes_tried=_tried(order),
        coupon_sites=frozenset(settings.coupon_sites),
    )


def _seen(order: StoredOrder, settings: Settings, *, clicked: bool) -> Seen:
    origin, new = order.origin, order.facts.customer_is_new
    traces = origin.traces
    return Seen(
        order_id=order.facts.id,
        placed_at=order.facts.placed_at,
        customer_key=order.customer_key,
        email_key=order.email_key,
        ip=traces.ip,
        address=traces.address,
        phone=traces.phone,
        email_domain=traces.email_domain,
        clicked=clicked,
        coupon=_coupon(order, frozenset(settings.coupon_sites)),
        returning=None if new is None else not new,
        tried=_tried(order),
    )


def _coupon(order: StoredOrder, more: frozenset[str]) -> bool | None:
    """Whether a coupon site sent the shopper; None when nothing tells who did."""
    said = [order.origin.referring_site or "", *sources(order.origin.landing_site or "")]
    known = [text for text in said if text]
    return any(is_coupon_site(text, more) for text in known) if known else None


def _tried(order: StoredOrder) -> int:
    """Different codes on the order, or more where the theme counted what was tried."""
    used = len({fold(d.value) for d in order.facts.discounts if d.kind == "discount_code"})
    told = next((v for k, v in order.origin.attributes if k.lstrip("_") == TRIED), "")
    return max(used, min(int(told), 100) if told.isascii() and told.isdecimal() and len(told) < 5 else 0)  # noqa: PLR2004
