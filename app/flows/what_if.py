"""What other terms would have paid: orders that are there already, priced again without writing anything.

The offer editor's dry run and `tribute replay --offer` ask this; then who is credited stays as it was
decided. `tribute replay --model` weighs the stored evidence again, and prices stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.attribution.decide import weigh
from app.attribution.model import Candidate, Decision, Kind
from app.attribution.modelbook import model_of
from app.campaigns import store as campaigns
from app.campaigns.crediting import crediting_at
from app.campaigns.model import OfferTerms, OfferVersion, Program
from app.commissions import lane_store
from app.commissions import store as credits_store
from app.commissions.accrue import earn
from app.commissions.contradictions import needs_of
from app.commissions.history import History, Lane, OneOrder, Past, Total, amounts_of
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


@dataclass(frozen=True)
class OtherModel:
    """Another attribution model, as if it had always paid: the stored evidence is weighed again.

    What people decided stays, and so do the prices.
    """

    model: str


Change = OtherTerms | OtherModel


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

    Raises NotFound for an unknown program, NoSuchModel, and what pricing raises (FlatCurrency).
    """
    programs = campaigns.programs(session)
    offers = _offers(session, programs)
    if isinstance(change, OtherModel):
        model_of(change.model)
        return _compare(session, programs, offers, (placed_from, placed_to), model=change.model)
    program = campaigns.program(session, change.program)
    offers[program.id] = [OfferVersion(OfferId(0), program.id, 0, ALWAYS, change.terms)]
    return _compare(session, [program], offers, (placed_from, placed_to), model=None)


def _compare(
    session: ShopSession,
    programs: Sequence[Program],
    offers: Mapping[int, Sequence[OfferVersion]],
    placed: tuple[datetime, datetime],
    *,
    model: str | None,
) -> Differences:
    """Price the orders of these programs again, their evidence weighed by the model where one is given."""
    found, handles = Differences(), credits_store.handles(session)
    by_id: dict[int, Program] = {program.id: program for program in programs}
    needs = {p: needs_of([version.terms for version in offers.get(p, ())]) for p in by_id}
    counting = [p for p, needed in needs.items() if needed.history]
    history = _history(session, counting, placed[0]) if counting else None
    only = next(iter(by_id)) if model is None else None
    asks = any(needed.customer for needed in needs.values())
    for held in credited(session, only, *placed, customers=asks):
        candidates = held.candidates if model is None else _weighed(held, model, by_id)
        earnings = _earnings(session, held, candidates, offers, history)
        would = {handles[e.creator_id]: e.commission_minor for e in earnings if e.program_id in by_id}
        paid = {handles[creator]: minor for creator, minor in held.commissions.items()}
        found.count(held.order.currency, paid, would)
    return found


def _weighed(held: Credited, model: str, programs: Mapping[int, Program]) -> Sequence[Candidate]:
    """The evidence as the model weighs it, by the sources of the program that was credited. A person's word stands."""
    winner = next((c for c in held.candidates if c.weight > 0), None)
    if winner is None or winner.kind is Kind.MANUAL:
        return held.candidates
    crediting = crediting_at(programs[winner.program_id or 0].history, held.order.placed_at)
    return weigh(held.candidates, held.order, model, crediting.sources)


def _offers(session: ShopSession, programs: Sequence[Program]) -> dict[int, Sequence[OfferVersion]]:
    """Every version of every program: an order may be shared with a creator of another one."""
    keys = [(session.shop_id, p.id) for p in programs]
    return {program: held for (_, program), held in campaigns.versions(session, keys).items()}


def _history(session: ShopSession, programs: Sequence[int], placed_from: datetime) -> History:
    """The counters as they stood: what was earned before the period stays as it was."""
    timezone = shops.get(session, session.shop_id).timezone
    month = start_of(day_of(placed_from, timezone).replace(day=1), timezone)
    totals: list[Total] = []
    past: list[Past] = []
    for program_id in programs:
        more = lane_store.opening(session, program_id, month, placed_from)
        totals += more[0]
        past += more[1]
    return History(totals, past, {session.shop_id: timezone})


def _earnings(
    session: ShopSession,
    held: Credited,
    candidates: Sequence[Candidate],
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
    decision = Decision("", tuple(candidates), None, ())
    earnings = earn(order, bases, decision, offers, Standing(paid_at=None), known=known)
    if history is not None:
        for earning in earnings:
            lane = Lane(session.shop_id, earning.program_id, earning.creator_id)
            history.add(lane, order.placed_at, amounts_of(earning, order.currency))
    return earnings
