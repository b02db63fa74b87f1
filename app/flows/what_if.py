"""What other terms would have paid: orders that are there already, priced again without writing anything.

The offer editor's dry run and `tribute replay --offer` ask this; then who is credited stays as it was
decided. `tribute replay --model` weighs the stored evidence again, and prices stay.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from app.attribution.modelbook import model_of
from app.campaigns import store as campaigns
from app.campaigns.model import OfferTerms, OfferVersion, Program
from app.commissions import store as credits_store
from app.commissions.figures import Pricer
from app.db.session import ShopSession
from app.flows.what_if_prices import Prices
from app.kernel.garbage import seldom_collected
from app.kernel.ids import OfferId
from app.reports.credited import AT_ONCE, Credited, credited

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


class _Tally:
    """Differences while orders are counted: creators by number."""

    def __init__(self) -> None:
        self._totals: dict[str, Difference] = {}
        self._creators: dict[tuple[int, str], Difference] = {}

    def count(self, currency: str, paid: Mapping[int, int], would: Mapping[int, int]) -> None:
        """Take one order in: minor units by creator, as it is and as it would have been."""
        total = self._totals.get(currency)
        if total is None:
            total = self._totals[currency] = Difference(currency)
        total.orders += 1
        changed = False
        for creator in paid if paid.keys() == would.keys() else {**paid, **would}:
            is_, would_be = paid.get(creator, 0), would.get(creator, 0)
            own = self._creators.get((creator, currency))
            if own is None:
                own = self._creators[creator, currency] = Difference(currency)
            own.count(is_, would_be)
            total.paid_minor += is_
            total.would_minor += would_be
            changed |= is_ != would_be
        total.orders_changed += changed

    def named(self, handles: Mapping[int, str]) -> Differences:
        """The outcome, once all orders are in."""
        return Differences(self._totals, {(handles[c], in_): d for (c, in_), d in self._creators.items()})


def what_if(session: ShopSession, change: Change, placed_from: datetime, placed_to: datetime) -> Differences:
    """What the orders placed in [from, to) would have paid under the change. Reads only.

    Raises NotFound for an unknown program, NoSuchModel, and what pricing raises (FlatCurrency).
    """
    programs = campaigns.programs(session)
    offers = _offers(session, programs)
    if isinstance(change, OtherModel):
        model_of(change.model)
        prices = Prices(session, programs, offers, placed_from, model=change.model)
        return _compare(session, prices, None, (placed_from, placed_to))
    program = campaigns.program(session, change.program)
    offers[program.id] = [OfferVersion(OfferId(0), program.id, 0, ALWAYS, change.terms)]
    prices = Prices(session, [program], offers, placed_from, pricer=Pricer(change.terms))
    return _compare(session, prices, program.id, (placed_from, placed_to))


def _compare(
    session: ShopSession, prices: Prices, program_id: int | None, placed: tuple[datetime, datetime]
) -> Differences:
    """Price the orders of the program (None: of all) again, beside what stands."""
    found = _Tally()
    with seldom_collected():
        for held in _in_parts(prices, credited(session, program_id, *placed, wanted=prices.wanted)):
            paid = {share.creator_id: share.commission_minor for share in held.shares}
            found.count(held.currency, paid, prices.would(held))
    return found.named(credits_store.handles(session))


def _in_parts(prices: Prices, orders: Iterator[Credited]) -> Iterator[Credited]:
    """The same orders; what is known of their products is read for many at once."""
    while part := list(islice(orders, AT_ONCE)):
        prices.learn(part)
        yield from part


def _offers(session: ShopSession, programs: Sequence[Program]) -> dict[int, Sequence[OfferVersion]]:
    """Every version of every program: an order may be shared with a creator of another one."""
    keys = [(session.shop_id, p.id) for p in programs]
    return {program: held for (_, program), held in campaigns.versions(session, keys).items()}
