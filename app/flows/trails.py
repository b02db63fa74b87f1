"""What leads from a batch of orders to creators beside their codes: visits, customers, people's decisions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from app.attribution import store as evidence
from app.attribution.candidates import Bound
from app.attribution.model import Assignment
from app.attribution.store import bindings
from app.attribution.store.bindings import Bought
from app.db.session import BatchSession, Fenced
from app.orders.store import Key, StoredOrder, rejudge
from app.tracking.click import FoundBy, LinkOwner, Trail, Visit, trail
from app.tracking.model import Owner
from app.tracking.store import clicks, pixel
from app.tracking.store.clicks import Asked
from app.tracking.store.pixel import CheckedOut


class Trails(msgspec.Struct, frozen=True):
    """All of it, for a batch."""

    visits: Mapping[Key, tuple[Visit, ...]]
    bound: Mapping[Key, Bound]
    assignments: Mapping[Key, Assignment]
    people: Mapping[tuple[int, int], Owner]
    """By (shop id, enrollment id): whom the assignments name."""

    def everybody(self) -> set[tuple[int, int]]:
        """(shop id, program id) of whoever any of it leads to."""
        found = {(shop, person.program_id) for (shop, _), person in self.people.items()}
        found |= {(key[0], v.owner.program_id) for key, held in self.visits.items() for v in held}
        return found | {(key[0], b.owner.program_id) for key, b in self.bound.items()}


def follow(session: Fenced, orders: Sequence[StoredOrder]) -> Trails:
    """Read it all, one statement for each kind of fact, and none where no order asks for it."""
    said = evidence.assignments(session, [o.key for o in orders if not o.is_new])
    named = sorted({(shop, number) for (shop, _), a in said.items() for number, _ in a.shares})
    return Trails(_visits(session, orders), _bound(session, orders), said, clicks.people(session, named))


def pass_on(session: BatchSession, orders: Sequence[StoredOrder]) -> None:
    """Who brought these has changed: later orders of the same customers may be bound to somebody else now."""
    known = [o for o in orders if o.customer_key is not None]
    if known:
        shops = bindings.binding_shops(session, {o.shop_id for o in known})
        rejudge.mark(session, bindings.later(session, bought(known, shops)))


def bought(orders: Sequence[StoredOrder], shops: Collection[int]) -> list[Bought]:
    """The orders of known customers in these shops."""
    return [
        Bought(o.shop_id, o.facts.id, o.customer_key, o.facts.placed_at)
        for o in orders
        if o.customer_key is not None and o.shop_id in shops
    ]


def _bound(session: Fenced, orders: Sequence[StoredOrder]) -> dict[Key, Bound]:
    known = bought(orders, {o.shop_id for o in orders})
    shops = bindings.binding_shops(session, {b.shop_id for b in known}) if known else frozenset()
    asked = {(b.shop_id, b.order_id): b for b in known if b.shop_id in shops}
    found = bindings.bound(session, list(asked.values()))
    return {
        key: msgspec.structs.replace(b, owner=b.owner.when(asked[key].placed_at)) for key, b in found.items()
    }


def _visits(session: Fenced, orders: Sequence[StoredOrder]) -> dict[Key, tuple[Visit, ...]]:
    """Recorded clicks; where none tells of a link, the page on which the order's visit or an earlier one began."""
    trails = {
        o.key: (o, trail(o.origin.attributes, o.origin.landing_site))
        for o in orders
        if o.origin.attributes or o.origin.landing_site
    }
    found = clicks.visits(session, [_asked(o, led) for o, led in trails.values() if led.asks_for_clicks])
    passed = {o.key: _passed(o) for o in orders if o.journey}
    named = {(key[0], led.slug) for key, (_, led) in trails.items() if led.slug is not None}
    named |= {(key[0], slug) for key, slugs in passed.items() for slug in slugs}
    owners = clicks.links(session, sorted(named))
    for key, seen in pixel.visits(session, [b for o in orders if (b := _checked_out(o))]).items():
        found[key] = _joined(found.get(key, []), seen)
    by_key = {o.key: o for o in orders}
    visits = {key: tuple(_when(v, by_key[key]) for v in held) for key, held in found.items()}
    for key, (order, led) in trails.items():
        owner = owners.get((key[0], led.slug)) if led.slug is not None else None
        held = visits.get(key, ())
        if owner is not None and all(v.owner.slug != owner.slug for v in held if v.recorded):
            landed = Visit(
                owner.when(order.facts.placed_at),
                order.facts.placed_at,
                recorded=False,
                found_by=FoundBy.LANDING,
            )
            visits[key] = (*held, landed)
    for key, slugs in passed.items():
        told = {owners[key[0], slug]: at for slug, at in slugs.items() if (key[0], slug) in owners}
        visits[key] = _with_journey(visits.get(key, ()), told, by_key[key])
    return visits


def _passed(order: StoredOrder) -> dict[str, datetime]:
    """When the shopper last came by each link before the order, as Shopify saw it."""
    steps = [(trail((), v.landing_site).slug, v.at) for v in sorted(order.journey)]
    return {slug: at for slug, at in steps if slug is not None and at <= order.facts.placed_at}


def _with_journey(
    known: tuple[Visit, ...], told: Mapping[LinkOwner, datetime], order: StoredOrder
) -> tuple[Visit, ...]:
    """The visits that are known otherwise, and those through links of which only Shopify tells; oldest first."""
    slugs = {visit.owner.slug for visit in known}
    more = [
        _when(Visit(owner, at, recorded=False, found_by=FoundBy.JOURNEY), order)
        for owner, at in told.items()
        if owner.slug not in slugs
    ]
    return tuple(sorted([*known, *more], key=_at)) if more else known


def _joined(known: list[Visit], seen: list[Visit]) -> list[Visit]:
    """What the order itself names, and what only the pixel saw; a page's address where no click tells of the link."""
    told = {(v.owner.slug, v.at) for v in known}
    clicked = [*known, *(v for v in seen if v.recorded and (v.owner.slug, v.at) not in told)]
    slugs = {v.owner.slug for v in clicked}
    return sorted([*clicked, *(v for v in seen if not v.recorded and v.owner.slug not in slugs)], key=_at)


def _at(visit: Visit) -> datetime:
    return visit.at


def _checked_out(order: StoredOrder) -> CheckedOut | None:
    checkout = order.origin.checkout
    return CheckedOut(order.shop_id, order.facts.id, checkout, order.facts.placed_at) if checkout else None


def _when(visit: Visit, order: StoredOrder) -> Visit:
    """Whose link it was when the order was placed: a creator may have changed programs since the click."""
    owner = visit.owner.when(order.facts.placed_at)
    return visit if owner is visit.owner else msgspec.structs.replace(visit, owner=owner)


def _asked(order: StoredOrder, led: Trail) -> Asked:
    return Asked(
        order.shop_id, order.facts.id, led.visitor, led.click_id, order.facts.placed_at, led.found_by
    )
