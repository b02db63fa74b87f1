"""What other terms would have paid: orders that are there already, priced again without writing anything.

The offer editor's dry run and `tribute replay --offer` ask this. Who is credited stays as it was
decided; only the price changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.attribution.model import Decision
from app.campaigns import store as campaigns
from app.campaigns.model import OfferTerms, OfferVersion
from app.commissions import lane_store
from app.commissions import store as credits_store
from app.commissions.accrue import earn
from app.commissions.contradictions import needs_of
from app.commissions.history import History, Lane, OneOrder, amounts_of
from app.commissions.model import Earning, Standing
from app.commissions.sale import Known, Shopper
from app.db.session import ShopSession
from app.kernel.ids import OfferId
from app.kernel.period import day_of, start_of
from app.orders.net_sales import line_bases, shipping_base
from app.reports.credited import Credited, credited
from app.shops import store as shops

ALWAYS = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class OtherTerms:
    """These terms for a program, as if they had held for every order."""

    program: str
    """Handle."""
    terms: OfferTerms


Change = OtherTerms


@dataclass
class Difference:
    """What would have been different for one creator, or for all of them. Minor units of `currency`."""

    currency: str
    orders: int = 0
    """How many are credited."""
    orders_changed: int = 0
    paid_minor: int = 0
    """Commission as it is."""
    would_minor: int = 0
    """Commission as it would have been."""

    @property
    def more_minor(self) -> int:
        """How much more it would have been; less is negative."""
        return self.would_minor - self.paid_minor

    def count(self, paid: int, would: int) -> None:
        """Take one order in."""
        self.orders += 1
        self.orders_changed += paid != would
        self.paid_minor += paid
        self.would_minor += would


@dataclass
class Differences:
    """What would have been different, by creator and in all."""

    totals: dict[str, Difference] = field(default_factory=dict)
    """By currency; `orders` are orders here, however many creators share one."""
    creators: dict[tuple[str, str], Difference] = field(default_factory=dict)
    """By (handle, currency)."""

    def count(self, currency: str, paid: Mapping[str, int], would: Mapping[str, int]) -> None:
        """Take one order in: minor units by creator's handle, as it is and as it would have been."""
        total = self.totals.setdefault(currency, Difference(currency))
        changed = False
        for handle in {**paid, **would}:
            is_, would_be = paid.get(handle, 0), would.get(handle, 0)
            self.creators.setdefault((handle, currency), Difference(currency)).count(is_, would_be)
            total.paid_minor += is_
            total.would_minor += would_be
            changed |= is_ != would_be
        total.orders += 1
        total.orders_changed += changed


def what_if(session: ShopSession, change: Change, placed_from: datetime, placed_to: datetime) -> Differences:
    """What the orders placed in [from, to) would have paid under the change. Reads only.

    Raises NotFound for an unknown program, and what pricing raises (FlatCurrency).
    """
    program = campaigns.program(session, change.program)
    offers = _offers(session)
    offers[program.id] = [OfferVersion(OfferId(0), program.id, 0, ALWAYS, change.terms)]
    found, handles = Differences(), credits_store.handles(session)
    needs = needs_of([change.terms])
    history = _history(session, program.id, placed_from) if needs.history else None
    for held in credited(session, program.id, placed_from, placed_to, customers=needs.customer):
        earnings = [e for e in _earnings(session, held, offers, history) if e.program_id == program.id]
        would = {handles[e.creator_id]: e.commission_minor for e in earnings}
        paid = {handles[creator]: minor for creator, minor in held.commissions.items()}
        found.count(held.order.currency, paid, would)
    return found


def _offers(session: ShopSession) -> dict[int, Sequence[OfferVersion]]:
    """Every version of every program: an order may be shared with a creator of another one."""
    programs = [(session.shop_id, p.id) for p in campaigns.programs(session)]
    return {program: held for (_, program), held in campaigns.versions(session, programs).items()}


def _history(session: ShopSession, program_id: int, placed_from: datetime) -> History:
    """The counters as they stood: what was earned before the period stays as it was."""
    timezone = shops.get(session, session.shop_id).timezone
    month = start_of(day_of(placed_from, timezone).replace(day=1), timezone)
    totals, past = lane_store.opening(session, program_id, month, placed_from)
    return History(totals, past, {session.shop_id: timezone})


def _earnings(
    session: ShopSession,
    held: Credited,
    offers: Mapping[int, Sequence[OfferVersion]],
    history: History | None,
) -> list[Earning]:
    order = held.order
    bases = line_bases(order, held.refunds)
    known = Known(
        country=held.country,
        shopper=Shopper(*held.shopper) if held.shopper is not None else None,
        shipping=shipping_base(order, held.refunds),
        counters=OneOrder(history, session.shop_id, order) if history is not None else None,
    )
    decision = Decision("", held.candidates, None, ())
    earnings = earn(order, bases, decision, offers, Standing(paid_at=None), known=known)
    if history is not None:
        for earning in earnings:
            lane = Lane(session.shop_id, earning.program_id, earning.creator_id)
            history.add(lane, order.placed_at, amounts_of(earning, order.currency))
    return earnings
