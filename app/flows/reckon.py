"""Price a batch of decided orders, with everything that earlier orders and other records say of them.

Most offers ask for nothing of the sort, and then nothing of the sort is read. Where an offer counts
(tiers, caps, bonuses), batches that count in one lane take turns, the orders are priced in the order
in which they were placed, and whoever was priced by what has changed is marked to be judged again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from app.attribution.model import Decision
from app.campaigns import store as campaigns
from app.campaigns.model import OfferVersion
from app.catalog import store as catalog
from app.catalog.model import ProductVersion, in_force
from app.commissions import lane_store
from app.commissions.accrue import earn
from app.commissions.book import Needs
from app.commissions.contradictions import needs_of
from app.commissions.history import Amounts, History, Lane, Moment, OneOrder, amounts_of, moved, program_lane
from app.commissions.model import Earning, Standing
from app.commissions.sale import Goods, Known, Recruiter, Shopper
from app.creators import store as creators
from app.creators.model import could_earn
from app.db.session import Fenced
from app.kernel.period import day_of, start_of
from app.orders.net_sales import line_bases, shipping_base
from app.orders.store import Key, StoredOrder, customers

Stood = Mapping[int, tuple[int, Amounts]]
"""What stood of one order: (program id, what counters count) by creator."""
Held = Mapping[Key, Stood]
Recruiters = Mapping[Key, tuple[int, int, tuple[tuple[datetime | None, datetime | None], ...]]]
Offers = Mapping[int, Mapping[int, Sequence[OfferVersion]]]
"""By shop, then by program."""


class Decided(msgspec.Struct, frozen=True):
    """An order, who is credited with it, and how it stands."""

    order: StoredOrder
    decision: Decision
    standing: Standing


class Reckoned(msgspec.Struct, frozen=True):
    """What an order earns, and whom that concerns."""

    earnings: tuple[Earning, ...]
    moved: tuple[Lane, ...] = ()
    """Counters that stand elsewhere after this order than they did: later orders in them are judged again."""
    asks_customers: bool = False
    """The shop has an offer for which the customer's earlier orders count."""


class _Facts(msgspec.Struct, frozen=True):
    """What was read for the batch."""

    needs: Mapping[tuple[int, int], Needs]
    """By shop and program; programs whose offers need nothing are left out."""
    asking: set[int]
    asks_shipping: bool
    history: History | None
    earlier: Mapping[Key, customers.Earlier]
    products: Mapping[Key, Sequence[ProductVersion]]
    """By shop and product."""
    recruiters: Recruiters


def reckon(
    session: Fenced,
    decided: Sequence[Decided],
    offers: Offers,
    timezones: Mapping[int, str],
    *,
    held: Held | None,
    apart: bool = False,
) -> list[Reckoned]:
    """What each order earns, in the order in which they are given. Writes nothing.

    `held`: what stands for the orders of a batch that is about to be written; its lanes are locked.
    None: somebody only asks, and other offers of the shop do not matter. `apart`: several decisions
    about one order, of which none counts for another.
    """
    facts = _gather(session, decided, offers, timezones, held)
    places = range(len(decided))
    priced: dict[int, Reckoned] = {}
    for n in sorted(places, key=lambda n: _moment(decided[n])) if facts.history is not None else places:
        before = (held or {}).get(decided[n].order.key, {})
        priced[n] = _price(decided[n], offers, facts, before, counts=not apart)
    return [priced[n] for n in places]


def mark(session: Fenced, reckoned: Sequence[tuple[StoredOrder, Reckoned]]) -> None:
    """Have later orders judged again whose counters, or whose customer's past, these orders changed."""
    changed: dict[Lane, Moment] = {}
    for order, result in reckoned:
        moment = (order.facts.placed_at, order.facts.id)
        for lane in result.moved:
            changed[lane] = min(changed.get(lane, moment), moment)
    if changed:
        lane_store.mark_later(session, changed, {order.key for order, _ in reckoned})
    customers.mark_later(session, [order for order, result in reckoned if result.asks_customers])


def _moment(one: Decided) -> Moment:
    return one.order.facts.placed_at, one.order.facts.id


def _gather(
    session: Fenced,
    decided: Sequence[Decided],
    offers: Offers,
    timezones: Mapping[int, str],
    held: Held | None,
) -> _Facts:
    shops = {one.order.shop_id for one in decided if held is not None and one.order.customer_key is not None}
    needs = _needs(session, offers, held or {})
    asking = {shop for (shop, _), asked in needs.items() if held is None and asked.customer}
    asking |= campaigns.asking_for_customers(session, shops) if shops else set()
    lanes = _lanes(decided, needs, held or {})
    recruiters = _recruiters(session, decided, needs)
    for one in decided:
        for winner in one.decision.winners:
            key = (one.order.shop_id, winner.enrollment_id or 0)
            if key in recruiters and needs[one.order.shop_id, winner.program_id or 0].history:
                _stretch(lanes, Lane(key[0], winner.program_id or 0, recruiters[key][1]), one)
    if held is not None:
        turns = {catalog.turn(shop) for (shop, _), asked in needs.items() if asked.catalogue}
        lane_store.take_turns(session, turns | _turns(decided, lanes, asking))
    return _Facts(
        needs=needs,
        asking=asking,
        asks_shipping=any(asked.shipping for asked in needs.values()),
        history=_history(session, decided, lanes, timezones) if lanes else None,
        earlier=customers.earlier(session, [one.order for one in decided if one.order.shop_id in asking]),
        products=_products(session, decided, needs),
        recruiters=recruiters,
    )


def _products(
    session: Fenced, decided: Sequence[Decided], needs: Mapping[tuple[int, int], Needs]
) -> Mapping[Key, Sequence[ProductVersion]]:
    """What is known of the products of orders whose offers go by tags or collections."""
    asked = {
        (one.order.shop_id, line.product_id)
        for one in decided
        for winner in one.decision.winners
        if needs.get((one.order.shop_id, winner.program_id or 0), Needs()).catalogue
        for line in one.order.facts.lines
        if line.product_id is not None
    }
    return catalog.versions(session, asked) if asked else {}


def _goods(order: StoredOrder, facts: _Facts) -> dict[int, Goods]:
    """What was true of the order's products when it was placed."""
    found: dict[int, Goods] = {}
    for line in order.facts.lines:
        versions = facts.products.get((order.shop_id, line.product_id or 0), ())
        known = in_force(versions, order.facts.placed_at)
        if known is not None:
            found[line.product_id or 0] = Goods(known.collections, known.tags)
    return found


def _needs(session: Fenced, offers: Offers, held: Held) -> dict[tuple[int, int], Needs]:
    """What the programs of these orders ask for, now and before."""
    known = {(shop, program): versions for shop, by in offers.items() for program, versions in by.items()}
    before = {(key[0], program) for key, by in held.items() for program, _ in by.values()}
    known.update(campaigns.versions(session, sorted(before - known.keys())))
    found = {key: needs_of([version.terms for version in versions]) for key, versions in known.items()}
    return {key: needs for key, needs in found.items() if needs != Needs()}


def _lanes(
    decided: Sequence[Decided], needs: Mapping[tuple[int, int], Needs], held: Held
) -> dict[Lane, tuple[datetime, datetime]]:
    """The counters that these orders are in, or were in, with the first and the last moment in each."""
    lanes: dict[Lane, tuple[datetime, datetime]] = {}
    for one in decided:
        shop = one.order.shop_id
        now = {(w.program_id or 0, w.creator_id or 0) for w in one.decision.winners}
        before = {(program, creator) for creator, (program, _) in held.get(one.order.key, {}).items()}
        for program, creator in now | before:
            asked = needs.get((shop, program))
            if asked is not None and asked.creator:
                _stretch(lanes, Lane(shop, program, creator), one)
            if asked is not None and asked.program:
                _stretch(lanes, Lane(shop, program, 0), one)
    return lanes


def _stretch(lanes: dict[Lane, tuple[datetime, datetime]], lane: Lane, one: Decided) -> None:
    at = one.order.facts.placed_at
    first, last = lanes.get(lane, (at, at))
    lanes[lane] = (min(first, at), max(last, at))


def _turns(
    decided: Sequence[Decided], lanes: Mapping[Lane, tuple[datetime, datetime]], asking: set[int]
) -> set[str]:
    """The names of what these orders count in."""
    names = {f"lane {lane.shop_id}/{lane.program_id}/{lane.creator_id}" for lane in lanes}
    names |= {
        f"customer {one.order.shop_id}/{one.order.customer_key.hex()}"
        for one in decided
        if one.order.shop_id in asking and one.order.customer_key is not None
    }
    return names


def _history(
    session: Fenced,
    decided: Sequence[Decided],
    lanes: Mapping[Lane, tuple[datetime, datetime]],
    timezones: Mapping[int, str],
) -> History:
    """A creator's rows are read one by one from the beginning of the month: months and days are counted apart."""
    spans = {
        lane: (_month_start(first, timezones[lane.shop_id]) if lane.creator_id else first, last)
        for lane, (first, last) in lanes.items()
    }
    totals, past = lane_store.read(session, spans, {one.order.key for one in decided})
    return History(totals, past, timezones)


def _month_start(at: datetime, timezone: str) -> datetime:
    return start_of(day_of(at, timezone).replace(day=1), timezone)


def _recruiters(
    session: Fenced, decided: Sequence[Decided], needs: Mapping[tuple[int, int], Needs]
) -> Recruiters:
    asked = {
        (one.order.shop_id, winner.enrollment_id or 0)
        for one in decided
        for winner in one.decision.winners
        if needs.get((one.order.shop_id, winner.program_id or 0), Needs()).recruiter
    }
    return creators.recruiters(session, sorted(asked)) if asked else {}


def _price(one: Decided, offers: Offers, facts: _Facts, held: Stood, *, counts: bool) -> Reckoned:
    order, asks = one.order, one.order.shop_id in facts.asking
    if not one.decision.winners:
        return Reckoned((), _moved(one, (), facts, held), asks)
    bases = line_bases(order.facts, order.refunds)
    earnings = tuple(
        earn(
            order.facts,
            bases,
            one.decision,
            offers.get(order.shop_id, {}),
            one.standing,
            known=_known(one, facts, asks=asks),
        )
    )
    if facts.history is not None and counts:
        for earning in earnings:
            lane = Lane(order.shop_id, earning.program_id, earning.creator_id)
            facts.history.add(lane, order.facts.placed_at, amounts_of(earning, order.facts.currency))
    return Reckoned(earnings, _moved(one, earnings, facts, held), asks)


def _known(one: Decided, facts: _Facts, *, asks: bool) -> Known:
    order = one.order
    shopper = None
    if asks and order.customer_key is not None:
        past = facts.earlier.get(order.key)
        shopper = Shopper(past.orders, past.renewals, past.first_at) if past is not None else Shopper()
    recruiters = {
        winner.enrollment_id or 0: Recruiter(found[0], found[1])
        for winner in one.decision.winners
        if (found := facts.recruiters.get((order.shop_id, winner.enrollment_id or 0))) is not None
        and could_earn(found[2], order.facts.placed_at)
    }
    return Known(
        country=order.origin.country,
        shopper=shopper,
        goods=_goods(order, facts) if facts.products else {},
        recruiters=recruiters,
        shipping=shipping_base(order.facts, order.refunds) if facts.asks_shipping else None,
        counters=OneOrder(facts.history, order.shop_id, order.facts) if facts.history is not None else None,
    )


def _moved(one: Decided, earnings: Sequence[Earning], facts: _Facts, held: Stood) -> tuple[Lane, ...]:
    """The counters that this order changes, of those that anybody asks for."""
    if facts.history is None:
        return ()
    lanes: set[Lane] = set()
    for program, creator in moved(held, earnings, one.order.facts.currency):
        asked = facts.needs.get((one.order.shop_id, program), Needs())
        own = Lane(one.order.shop_id, program, creator)
        lanes |= ({own} if asked.creator else set()) | ({program_lane(own)} if asked.program else set())
    return tuple(sorted(lanes))
