"""Judge orders as the facts stand: who is credited, and what should be earned. Writes nothing.

What bears on an order beyond its own body is gathered for a whole batch, one question a kind of fact, and
handed to the rooms as values: attribution decides, commissions prices. The answer is a function of
all facts and of nothing else, so that it never depends on what arrived first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from app.attribution.candidates import Context
from app.attribution.decide import decide
from app.attribution.model import Decision
from app.campaigns import store as campaigns
from app.campaigns.model import OfferVersion
from app.commissions import store as credits_store
from app.commissions.model import DISPUTED, Earning, Standing, Verdict
from app.db.session import BatchSession
from app.flows.detect_order import flags_of, sightings
from app.flows.reckon import Decided, Held, Reckoned, reckon
from app.flows.trails import Trails, follow
from app.fraud import store as fraud
from app.fraud import word_store
from app.fraud.store import Sighted, Suspicions
from app.fraud.word_store import SettingsByShop
from app.orders.model import DisputeState, FinancialStatus
from app.orders.net_sales import due_minor, lost_share
from app.orders.store import Key, StoredOrder
from app.shops.store import ShopContext
from app.tracking import store as tracking
from app.tracking.model import CodeOwner, fold


class Judged(msgspec.Struct, frozen=True):
    """One order with what was decided and what should be earned."""

    order: StoredOrder
    decision: Decision
    reckoned: Reckoned
    sightings: Sequence[Sighted]
    """Where creators' codes were seen."""
    verdicts: Mapping[int, Verdict]
    """What people said, by creator."""

    @property
    def earnings(self) -> tuple[Earning, ...]:
        """What everybody who is paid for it should earn."""
        return self.reckoned.earnings


class Facts(msgspec.Struct, frozen=True):
    """Everything that bears on a batch of orders."""

    owners: Mapping[int, Mapping[str, CodeOwner]]
    """By shop, then by folded code."""
    offers: Mapping[int, Mapping[int, Sequence[OfferVersion]]]
    """By shop, then by program."""
    trails: Trails
    """What leads to creators beside codes."""
    verdicts: Mapping[Key, Mapping[int, Verdict]]
    """What people said of a credit, by creator."""
    suspicions: Suspicions
    """What other orders say about these."""
    fraud_settings: SettingsByShop


def judge(
    session: BatchSession,
    orders: Sequence[StoredOrder],
    shops: Mapping[int, ShopContext],
    *,
    held: Held | None = None,
) -> list[Judged]:
    """Decide and price each order from what is stored, in the order in which they are given.

    `held`: what stands for them, when the answer is about to be written (flows/reckon).
    """
    facts = gather(session, orders)
    decided = [_decide(order, shops[order.shop_id], facts) for order in orders]
    timezones = {shop.id: shop.timezone for shop in shops.values()}
    reckoned = reckon(session, decided, facts.offers, timezones, held=held)
    return [
        Judged(d.order, d.decision, r, _seen(d, facts), d.standing.verdicts)
        for d, r in zip(decided, reckoned, strict=True)
    ]


def gather(session: BatchSession, orders: Sequence[StoredOrder]) -> Facts:
    """Read what bears on these orders: one statement for each kind of fact, however many orders."""
    codes = sorted({(o.shop_id, fold(d.value)) for o in orders for d in o.facts.discounts if d.value})
    owners: dict[int, dict[str, CodeOwner]] = {}
    for (shop_id, folded), owner in tracking.owners(session, codes).items():
        owners.setdefault(shop_id, {})[folded] = owner
    trails = follow(session, orders)
    programs = {
        (s, number) for s, held in owners.items() for owner in held.values() for number in owner.programs
    }
    offers: dict[int, dict[int, Sequence[OfferVersion]]] = {}
    for (shop_id, program_id), versions in campaigns.versions(
        session, sorted(programs | trails.everybody())
    ).items():
        offers.setdefault(shop_id, {})[program_id] = versions
    seen_before = [o.key for o in orders if not o.is_new]
    return Facts(
        owners,
        offers,
        trails,
        credits_store.verdicts(session, seen_before),
        fraud.suspicions(session, [key for key in seen_before if key[0] in offers]),
        word_store.settings(session, sorted(offers)),
    )


def _decide(order: StoredOrder, shop: ShopContext, facts: Facts) -> Decided:
    decision = decide(order.facts, context_of(order, shop, facts))
    settings = facts.fraud_settings.get(order.shop_id, [])
    flags = [flag.value for flag in decision.flags]
    flags += [DISPUTED] if any(d.state is DisputeState.OPEN for d in order.disputes) else []
    standing = Standing(
        paid_at=order.paid_at,
        captured=_captured(order),
        lost=lost_share(order.facts, order.disputes),
        flags=tuple(flags),
        verdicts=facts.verdicts.get(order.key, {}),
        creator_flags=flags_of(order, decision, facts.suspicions.get(order.key, {}), settings),
        fulfilled_at=order.fulfilled_at,
    )
    return Decided(order, decision, standing)


def _seen(decided: Decided, facts: Facts) -> list[Sighted]:
    settings = facts.fraud_settings.get(decided.order.shop_id, [])
    return sightings(decided.order, decided.decision, settings)


def _captured(order: StoredOrder) -> tuple[int, int] | None:
    """(captured, due) of an order that is paid in part now; None where it is not, or where nobody told how much."""
    if order.facts.financial_status is not FinancialStatus.PARTIALLY_PAID or order.received_minor is None:
        return None
    due = due_minor(order.facts, order.refunds)
    return None if due is None else (order.received_minor, due)


def context_of(order: StoredOrder, shop: ShopContext, facts: Facts) -> Context:
    """What attribution is told of one order."""
    trails = facts.trails
    assignment = trails.assignments.get(order.key)
    named = assignment.shares if assignment else ()
    return Context(
        installed_at=shop.installed_at,
        owners=facts.owners.get(order.shop_id, {}),
        offers=facts.offers.get(order.shop_id, {}),
        email_key=order.email_key,
        customer_key=order.customer_key,
        visits=trails.visits.get(order.key, ()),
        bound=trails.bound.get(order.key),
        assignment=assignment,
        people={number: trails.people[order.shop_id, number] for number, _ in named},
        tags=order.origin.tags,
    )


def changed_at(order: StoredOrder) -> datetime:
    """Shopify's time of the newest thing that is known of the order."""
    befell = [*(r.refunded_at for r in order.refunds), *(d.changed_at for d in order.disputes)]
    return max([order.facts.updated_at, *befell])
