"""Prices of orders as they would have been: by other terms in figures only, or line by line where figures do not do.

Orders are asked about in the order in which they were placed, because counters go on from one to the next.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.attribution.decide import weigh
from app.attribution.model import Candidate, Decision, Kind
from app.campaigns.crediting import crediting_at
from app.campaigns.model import OfferVersion, Program
from app.commissions import lane_store
from app.commissions.accrue import customer_of, earn
from app.commissions.base import CHANNELS
from app.commissions.conditions.brought_by import BroughtBy
from app.commissions.conditions.country import Country
from app.commissions.contradictions import needs_of
from app.commissions.figures import NOTHING_BEFORE, Around, Pricer, Sold
from app.commissions.history import History, Lane, OneOrder, Past, Total, amounts_of
from app.commissions.model import Standing
from app.commissions.sale import Before, Known, Recruiter, Shopper
from app.creators import store as creators
from app.creators.model import could_earn
from app.db.session import ShopSession
from app.flows.shelf import Shelf
from app.kernel.period import day_of, start_of
from app.orders.model import OrderFacts
from app.orders.net_sales import line_bases, returned, shipping_base
from app.reports.credited import Credited, Share, Wanted
from app.shops import store as shops

NOTHING_ASKED = Around()


class Prices:
    """What each creator would have earned for each order."""

    def __init__(
        self,
        session: ShopSession,
        programs: Sequence[Program],
        offers: Mapping[int, Sequence[OfferVersion]],
        placed_from: datetime,
        *,
        pricer: Pricer | None = None,
        model: str | None = None,
    ) -> None:
        """`programs`: whose prices are asked for. `pricer`: of the terms of the only one of them, when others are tried."""
        self._programs: dict[int, Program] = {program.id: program for program in programs}
        self._offers, self._pricer, self._model = offers, pricer, model
        needs = {p: needs_of([version.terms for version in offers.get(p, ())]) for p in self._programs}
        counting = [p for p, needed in needs.items() if needed.history]
        self._shop_id = session.shop_id
        self._history = _history(session, counting, placed_from) if counting else None
        self._asks_customers = any(needed.customer for needed in needs.values())
        every = needs_of([version.terms for versions in offers.values() for version in versions])
        self._recruiters = creators.recruiters_in(session, [*offers]) if every.recruiter else {}
        self._shelf = Shelf(session) if every.catalogue else None

    @property
    def wanted(self) -> Wanted:
        """What has to be read of each order."""
        pricer = self._pricer
        if pricer is None or not pricer.is_enough:
            return Wanted(customers=self._asks_customers)
        return Wanted(
            whole=False,
            currency=next(iter(pricer.currencies), None),
            renewals=pricer.book.renewals is not None,
            evidence=BroughtBy in pricer.asks,
            country=Country in pricer.asks,
            channel=pricer.asks_channel,
            customers=self._asks_customers,
        )

    def learn(self, orders: Sequence[Credited]) -> None:
        """Read what is known of the products of these orders, where that counts."""
        if self._shelf is not None:
            self._shelf.fill({line.product_id for held in orders for line in held.lines})

    def would(self, held: Credited) -> dict[int, int]:
        """Minor units by creator id. Raises FlatCurrency."""
        alone = held.alone
        if held.order is not None or alone is None or self._pricer is None:
            return self._line_by_line(held)
        return self._in_figures(held, alone, self._pricer)

    def _in_figures(self, held: Credited, alone: Share, pricer: Pricer) -> dict[int, int]:
        """The order of one creator, with who recruited them."""
        (program_id,) = self._programs
        recruiter = self._recruiter(alone.enrollment_id, held.placed_at) if pricer.book.second else None
        second = recruiter.creator_id if recruiter is not None else None
        parts = pricer.parts(
            self._sold(held, pricer),
            (alone.creator_id, second),
            before=lambda creator_id: self._before(held, program_id, creator_id),
        )
        if self._history is not None:
            for part in parts:
                lane = Lane(self._shop_id, program_id, part.creator_id)
                self._history.add(lane, held.placed_at, part.amounts)
        return {part.creator_id: part.now for part in parts}

    def _sold(self, held: Credited, pricer: Pricer) -> Sold:
        goods = (
            self._shelf.goods(held.lines, held.placed_at)
            if self._shelf and pricer.book.needs.catalogue
            else {}
        )
        return Sold(
            currency=held.currency,
            lines=held.lines,
            taxes_included=held.taxes_included,
            is_cancelled=held.is_cancelled,
            returned=returned(held.refunds) if held.refunds else {},
            goods=goods,
            around=_around(held) if pricer.asks_around else NOTHING_ASKED,
        )  # fmt: skip

    def _before(self, held: Credited, program_id: int, creator_id: int) -> Before:
        if self._history is None:
            return NOTHING_BEFORE
        lane = Lane(self._shop_id, program_id, creator_id)
        return self._history.before(lane, (held.placed_at, held.id), held.currency)

    def _recruiter(self, enrollment_id: int, at: datetime) -> Recruiter | None:
        """Who recruited that creator, if they could earn then."""
        found = self._recruiters.get(enrollment_id)
        return Recruiter(found[0], found[1]) if found is not None and could_earn(found[2], at) else None

    def _line_by_line(self, held: Credited) -> dict[int, int]:
        """As in earnest: whoever shares the order, whatever the terms ask."""
        order = held.order
        if order is None:
            raise LookupError(f"order {held.id} was not read whole")
        candidates = held.candidates if self._model is None else self._weighed(held, order, self._model)
        decision = Decision("", tuple(candidates), None, ())
        bases = line_bases(order, held.refunds)
        known = self._known(held, order, decision)
        earnings = earn(order, bases, decision, self._offers, Standing(paid_at=None), known=known)
        if self._history is not None:
            for earning in earnings:
                lane = Lane(self._shop_id, earning.program_id, earning.creator_id)
                self._history.add(lane, order.placed_at, amounts_of(earning, order.currency))
        return {e.creator_id: e.commission_minor for e in earnings if e.program_id in self._programs}

    def _known(self, held: Credited, order: OrderFacts, decision: Decision) -> Known:
        found = {
            w.enrollment_id or 0: self._recruiter(w.enrollment_id or 0, order.placed_at)
            for w in decision.winners
        }
        return Known(
            country=held.country,
            shopper=Shopper(*held.shopper) if held.shopper is not None else None,
            goods=self._shelf.goods(order.lines, order.placed_at) if self._shelf else {},
            recruiters={number: recruiter for number, recruiter in found.items() if recruiter is not None},
            shipping=shipping_base(order, held.refunds),
            counters=OneOrder(self._history, self._shop_id, order) if self._history is not None else None,
        )  # fmt: skip

    def _weighed(self, held: Credited, order: OrderFacts, model: str) -> Sequence[Candidate]:
        """The evidence as the model weighs it, by the sources of the program that was credited. A person's word stands."""
        winner = next((c for c in held.candidates if c.weight > 0), None)
        if winner is None or winner.kind is Kind.MANUAL:
            return held.candidates
        crediting = crediting_at(self._programs[winner.program_id or 0].history, order.placed_at)
        return weigh(held.candidates, order, model, crediting.sources)


def _around(held: Credited) -> Around:
    """What conditions may ask, as far as it was read."""
    winner = next((c for c in held.candidates if c.weight > 0), None) if held.candidates else None
    shopper = Shopper(*held.shopper) if held.shopper is not None else None
    return Around(
        country=held.country,
        channel=CHANNELS.get(held.source_name, held.source_name),
        evidence=winner.kind.value if winner is not None else "code",
        token=winner.value if winner is not None else "",
        customer=customer_of(held.customer_is_new, shopper),
    )


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
