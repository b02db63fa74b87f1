"""Count what a code's orders say about each other. Pure: of every order only those placed before it count."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from app.fraud.model import HISTORY_DAYS, HOURS_OF_A_DAY, WEEK_DAYS, WINDOW_DAYS, Case, Shared, Uses

DAY = timedelta(days=1)
WEEK = timedelta(days=WEEK_DAYS)
WINDOW = timedelta(days=WINDOW_DAYS)
HOUR = timedelta(hours=1)
SEVERAL_CODES = 4
"""So many codes tried in one checkout count as a sign of a leak."""
MOST = 1000
"""Nobody needs to know how many more orders share a trace."""


class Seen(msgspec.Struct, frozen=True):
    """A code on one order; bytes are keyed pseudonyms."""

    order_id: int
    placed_at: datetime
    customer_key: bytes | None = None
    email_key: bytes | None = None
    ip: bytes | None = None
    address: bytes | None = None
    phone: bytes | None = None
    email_domain: bytes | None = None
    clicked: bool = False
    coupon: bool | None = None
    returning: bool | None = None
    tried: int = 1

    @property
    def shopper(self) -> bytes | None:
        """Whoever bought, as far as we know."""
        return self.customer_key or self.email_key


class Owner(msgspec.Struct, frozen=True):
    """The creator of a code, as far as shoppers are compared with them."""

    creator: str
    code: str
    since: datetime
    """When the code was first there."""
    email_key: bytes | None = None
    customer_key: bytes | None = None
    domain: str | None = None
    domain_key: bytes | None = None

    def bought(self, seen: Seen) -> bool:
        """Whether it is the creator's own order."""
        by_mail = self.email_key is not None and self.email_key == seen.email_key
        return by_mail or (self.customer_key is not None and self.customer_key == seen.customer_key)


def cases(seen: Iterable[Seen], owner: Owner, disposable: frozenset[bytes]) -> Iterator[tuple[Seen, Case]]:
    """A case for each order with the code, oldest first; `seen` is sorted by (placed_at, order id).

    Of orders less than a window after the first of `seen`, what came before it must be there too.
    """
    tally, ips, addresses, phones = Tally(owner.since), Traces(DAY), Traces(WINDOW), Traces(WINDOW)
    for one in seen:
        uses = tally.add(one)
        own = owner.bought(one)
        case = Case(
            creator=owner.creator,
            code=owner.code,
            ip=ips.add(one.ip, one, own=own),
            address=addresses.add(one.address, one, own=own),
            phone=phones.add(one.phone, one, own=own),
            creator_domain=owner.domain,
            same_domain=owner.domain_key is not None and owner.domain_key == one.email_domain,
            disposable_email=one.email_domain in disposable,
            clicks_recorded=uses.week_clicked > 0,
            has_click=one.clicked,
            codes_tried=one.tried,
            uses=uses,
        )
        yield one, case


class Traces:
    """Orders by one kind of trace, within a span."""

    def __init__(self, span: timedelta) -> None:
        self._span = span
        self._held: dict[bytes, deque[tuple[datetime, bytes | None, bool]]] = {}

    def add(self, trace: bytes | None, seen: Seen, *, own: bool) -> Shared:
        """What earlier orders share with this one, which is one of them from now on."""
        if trace is None:
            return Shared()
        held = self._held.setdefault(trace, deque(maxlen=MOST))
        while held and held[0][0] <= seen.placed_at - self._span:
            held.popleft()
        owns = sum(was_own for _, _, was_own in held)
        others = sum(not was_own and (who is None or who != seen.shopper) for _, who, was_own in held)
        held.append((seen.placed_at, seen.shopper, own))
        return Shared(owns, others)


class Tally:
    """Orders of a code, counted over the spans that the detectors look at."""

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._day: deque[datetime] = deque()
        self._week: deque[tuple[Seen, int]] = deque()
        """With how many there were within 24 hours then."""
        self._older: deque[tuple[datetime, int]] = deque()
        """Of the 28 days before the week: when, and how many within 24 hours then."""
        self._peaks: deque[tuple[datetime, int]] = deque()
        """Falling counts of the older ones: the first is the greatest."""
        self._signs: Counter[str] = Counter()

    def add(self, seen: Seen) -> Uses:
        """Count this order, and say how things stand at it."""
        self._day.append(seen.placed_at)
        self._forget(seen.placed_at)
        self._week.append((seen, len(self._day)))
        self._signs.update(_signs(seen))
        return self._uses(seen.placed_at)

    def at(self, moment: datetime) -> Uses:
        """How things stand at a moment that is no earlier than the last order."""
        self._forget(moment)
        return self._uses(moment)

    def _forget(self, moment: datetime) -> None:
        while self._day and self._day[0] <= moment - DAY:
            self._day.popleft()
        while self._week and self._week[0][0].placed_at <= moment - WEEK:
            self._age(*self._week.popleft())
        for held in (self._older, self._peaks):
            while held and held[0][0] <= moment - WINDOW:
                held.popleft()

    def _age(self, seen: Seen, day: int) -> None:
        """An order leaves the week and is history."""
        self._signs.subtract(_signs(seen))
        self._older.append((seen.placed_at, day))
        while self._peaks and self._peaks[-1][1] <= day:
            self._peaks.pop()
        self._peaks.append((seen.placed_at, day))

    def _uses(self, moment: datetime) -> Uses:
        known = max(self._since, moment - WINDOW)
        return Uses(
            day=len(self._day),
            history=len(self._older),
            history_hours=min(HISTORY_DAYS * HOURS_OF_A_DAY, max(0, (moment - WEEK - known) // HOUR)),
            busiest_day=self._peaks[0][1] if self._peaks else 0,
            week=len(self._week),
            week_clicked=self._signs["clicked"],
            week_referred=self._signs["referred"],
            week_coupon=self._signs["coupon"],
            week_known=self._signs["known"],
            week_returning=self._signs["returning"],
            week_tried=self._signs["tried"],
        )


def _signs(seen: Seen) -> list[str]:
    given = {
        "clicked": seen.clicked,
        "referred": seen.coupon is not None,
        "coupon": seen.coupon is True,
        "known": seen.returning is not None,
        "returning": seen.returning is True,
        "tried": seen.tried >= SEVERAL_CODES,
    }
    return [sign for sign, is_given in given.items() if is_given]
