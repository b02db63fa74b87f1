"""What earlier orders add up to, while a batch of orders is priced one after the other. Pure.

Counters run over orders by (placed_at, order id), each as it was placed; what a batch prices itself takes
the place of what was stored. So the answer is the same whatever arrived first. Source: precision.md 1.1.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from app.commissions.model import Earning
from app.commissions.sale import Before, Count, Spent
from app.kernel.period import day_of
from app.orders.model import OrderFacts

Moment = tuple[datetime, int]
"""(placed_at, order id): the order in which counters run."""


class Lane(msgspec.Struct, frozen=True, order=True):
    """What one counter counts: a creator's orders in a program, or with creator 0 all of the program's."""

    shop_id: int
    program_id: int
    creator_id: int


def program_lane(lane: Lane) -> Lane:
    """The lane of the whole program."""
    return Lane(lane.shop_id, lane.program_id, 0)


class Amounts(msgspec.Struct, frozen=True):
    """What one credit counts for, as placed."""

    currency: str
    is_sale: bool
    """Credited, and not only paid for having recruited somebody."""
    net_minor: int
    commission_minor: int
    """After caps."""


class Past(msgspec.Struct, frozen=True):
    """One stored credit of a lane."""

    lane: Lane
    placed_at: datetime
    order_id: int
    amounts: Amounts


class Total(msgspec.Struct, frozen=True):
    """What a lane's credits in one currency add up to before the rows that are read one by one."""

    lane: Lane
    currency: str
    orders: int
    net_minor: int
    commission_minor: int


Month = tuple[int, int]


class _Money:
    """Running sums of one lane in one currency. Minor units."""

    __slots__ = ("by_day", "by_month", "commission", "net", "net_by_month")

    def __init__(self) -> None:
        self.net = self.commission = 0
        self.net_by_month: defaultdict[Month, int] = defaultdict(int)
        self.by_month: defaultdict[Month, int] = defaultdict(int)
        """Commission."""
        self.by_day: defaultdict[date, int] = defaultdict(int)
        """Commission."""


class _Sums:
    """Running sums of one lane, over its whole time and by month and day of the shop."""

    __slots__ = ("money", "orders", "orders_by_month", "program", "waiting")

    def __init__(self, program: "_Sums | None") -> None:
        self.program = program if program is not None else self
        """Of the whole program."""
        self.waiting: list[Past] = []
        """Stored credits that are not counted yet, the latest first."""
        self.orders = 0
        self.orders_by_month: defaultdict[Month, int] = defaultdict(int)
        self.money: defaultdict[str, _Money] = defaultdict(_Money)

    def add(self, amounts: Amounts, day: date, month: Month) -> None:
        money, commission = self.money[amounts.currency], amounts.commission_minor
        if amounts.is_sale:
            self.orders += 1
            self.orders_by_month[month] += 1
            money.net += amounts.net_minor
            money.net_by_month[month] += amounts.net_minor
        money.commission += commission
        money.by_month[month] += commission
        money.by_day[day] += commission


class History:
    """The counters of a batch's lanes. Orders are asked about and added in the order of their moments."""

    def __init__(self, totals: Iterable[Total], past: Iterable[Past], timezones: Mapping[int, str]) -> None:
        self._timezones = timezones
        self._lanes: dict[Lane, _Sums] = {}
        self._days: tuple[tuple[datetime, int], tuple[date, Month]] | None = None
        for total in totals:
            sums = self._of(total.lane)
            sums.orders += total.orders
            sums.money[total.currency].net += total.net_minor
            sums.money[total.currency].commission += total.commission_minor
        for row in sorted(past, key=lambda p: (p.placed_at, p.order_id), reverse=True):
            self._of(row.lane).waiting.append(row)

    def before(self, lane: Lane, moment: Moment, currency: str) -> Before:
        """What the lane stood at before the order of that moment, in that order's currency."""
        own = self._of(lane)
        program = own.program
        for sums in (own, program):
            if sums.waiting:
                self._catch_up(sums, lane, moment)
        day, month = self._day(lane, moment[0])
        money = own.money[currency]
        return Before(
            ever=Count(own.orders, money.net),
            month=Count(own.orders_by_month[month], money.net_by_month[month]),
            spent=Spent(
                day=money.by_day[day],
                month=money.by_month[month],
                creator=money.commission,
                program=program.money[currency].commission,
            ),
        )

    def add(self, lane: Lane, placed_at: datetime, amounts: Amounts) -> None:
        """Count an order that was priced just now."""
        day, month = self._day(lane, placed_at)
        own = self._of(lane)
        own.add(amounts, day, month)
        own.program.add(amounts, day, month)

    def _of(self, lane: Lane) -> _Sums:
        found = self._lanes.get(lane)
        if found is None:
            program = self._of(program_lane(lane)) if lane.creator_id else None
            found = self._lanes[lane] = _Sums(program)
        return found

    def _catch_up(self, sums: _Sums, lane: Lane, moment: Moment) -> None:
        """Count the stored credits before that moment."""
        waiting = sums.waiting
        while waiting and (waiting[-1].placed_at, waiting[-1].order_id) < moment:
            row = waiting.pop()
            sums.add(row.amounts, *self._day(lane, row.placed_at))

    def _day(self, lane: Lane, at: datetime) -> tuple[date, Month]:
        """The day and the month of the shop; the last answer is kept, because an order asks several times."""
        key = (at, lane.shop_id)
        if self._days is None or self._days[0] != key:
            day = day_of(at, self._timezones[lane.shop_id])
            self._days = key, (day, (day.year, day.month))
        return self._days[1]


class OneOrder(msgspec.Struct, frozen=True):
    """The history as one order sees it."""

    history: History
    shop_id: int
    order: OrderFacts
    told: dict[tuple[int, int], Before] = msgspec.field(default_factory=dict)
    """Each is asked for twice, for the price and for the cap; the order itself is counted after both."""

    def before(self, program_id: int, creator_id: int) -> Before:
        """The counters of that creator in that program."""
        key = (program_id, creator_id)
        if key not in self.told:
            moment = (self.order.placed_at, self.order.id)
            self.told[key] = self.history.before(Lane(self.shop_id, *key), moment, self.order.currency)
        return self.told[key]


def amounts_of(earning: Earning, currency: str) -> Amounts:
    """What an earning counts for."""
    return Amounts(currency, earning.weight > 0, earning.gross_minor, earning.placed_commission_minor)


def moved(
    held: Mapping[int, tuple[int, Amounts]], earnings: Sequence[Earning], currency: str
) -> set[tuple[int, int]]:
    """(program id, creator id) of the counters that this order changes, by what was held of it before.

    `held`: (program id, amounts) by creator.
    """
    before = {(program, creator): amounts for creator, (program, amounts) in held.items()}
    now = {(e.program_id, e.creator_id): amounts_of(e, currency) for e in earnings}
    return {key for key in {*before, *now} if before.get(key) != now.get(key)}
