"""Days of a shop's own time zone, and spans of them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.kernel.errors import Invalid


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name. Raises Invalid."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder of zones.
        raise Invalid(f"{name[:60]!r} is not an IANA time zone such as Europe/Amsterdam.") from None


def day_of(at: datetime, timezone: str) -> date:
    """The shop-local day that an instant falls on."""
    return at.astimezone(zone(timezone)).date()


def start_of(day: date, timezone: str) -> datetime:
    """The instant at which that shop-local day begins."""
    return datetime.combine(day, time(), zone(timezone))


@dataclass(frozen=True, slots=True)
class Period:
    """Whole shop-local days, both ends included."""

    start_on: date
    end_on: date

    def __post_init__(self) -> None:
        if self.end_on < self.start_on:
            raise Invalid(f"The period ends on {self.end_on}, before it starts on {self.start_on}.")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end_on - self.start_on).days + 1

    def day_after(self) -> date:
        """The first day after it."""
        return self.end_on + timedelta(days=1)

    def previous(self) -> "Period":
        """The period of equal length that ends the day before this one starts."""
        end = self.start_on - timedelta(days=1)
        return Period(end - timedelta(days=self.days - 1), end)

    def each_day(self) -> list[date]:
        """Every day, in order."""
        return [self.start_on + timedelta(days=n) for n in range(self.days)]


def months_later(at: datetime, months: int) -> datetime:
    """The same time so many months on; a day that the month does not have becomes its last."""
    years, month = divmod(at.month - 1 + months, 12)
    first = at.replace(year=at.year + years, month=month + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(at.day, last.day))
