"""Numbers, money and days as a reader of one locale expects them. Texts stay English for now.

Only Babel knows locales; only ISO 4217 (kernel.currency) knows how many decimals money has.
"""

from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import NumberPattern, format_decimal, format_percent, parse_pattern

from app.kernel.currency import exponent, major_units
from app.kernel.money import half_even
from app.kernel.period import Period, zone
from app.reports.column import Unit

NOT_AVAILABLE = "n/a"
WHOLE_FROM = Decimal(1000)
"""From this many major units on, an amount is shown without decimals where it is only glanced at."""


@dataclass(frozen=True, slots=True)
class Format:
    """How one request's numbers are written. Answers are plain text: templates isolate and escape them."""

    locale: Locale
    currency: str
    timezone: str

    @property
    def direction(self) -> str:
        """The way text runs: ltr or rtl."""
        return str(self.locale.text_direction)

    @property
    def place(self) -> str:
        """The time zone as people know it: Europe/Berlin is Berlin time, or the name as it stands."""
        return self.timezone.rsplit("/", 1)[-1].replace("_", " ") if "/" in self.timezone else self.timezone

    def money(self, minor: Decimal | int, currency: str | None = None) -> str:
        """An amount in full: 123456 EUR is €1,234.56."""
        return self._money(minor, currency or self.currency, whole=False)

    def glance(self, minor: Decimal | int, currency: str | None = None) -> str:
        """An amount for a tile or a table: without decimals where there are plenty of whole units."""
        code = currency or self.currency
        large = abs(Decimal(minor)) >= WHOLE_FROM.scaleb(exponent(code))
        return self._money(minor, code, whole=large)

    def value(self, unit: Unit, value: Decimal | None) -> str:
        """A report's value in its unit; None is n/a."""
        if value is None:
            return NOT_AVAILABLE
        match unit:
            case Unit.MONEY:
                return self.glance(value)
            case Unit.TIMES:
                return f"{self.number(value.quantize(Decimal('0.01')), digits=2)}×"  # noqa: RUF001 - the sign for times
            case Unit.COUNT:
                return self.number(value)

    def exact(self, unit: Unit, value: Decimal | None) -> str:
        """A report's value as tables show it: amounts in full."""
        return self.money(value) if unit is Unit.MONEY and value is not None else self.value(unit, value)

    def tick(self, unit: Unit, value: Decimal) -> str:
        """A mark of a chart's axis."""
        if unit is Unit.MONEY:
            return self._money(
                value, self.currency, whole=value % Decimal(10) ** exponent(self.currency) == 0
            )
        return self.number(value)

    def number(self, value: Decimal | int, *, digits: int = 0) -> str:
        """A count: whole where it is whole, with at most two decimals where it is shared."""
        pattern = f"#,##0.{'0' * digits}{'#' * (2 - digits)}"
        return format_decimal(value, format=pattern, locale=self.locale)

    def percent(self, share: Decimal) -> str:
        """A share with one decimal: 0.124 is 12.4%."""
        return self._percent(share, "0.0")

    def share(self, fraction: Decimal) -> str:
        """A fraction as a rate: 0.12 is 12%, 0.125 is 12.5%."""
        return self._percent(fraction, "0.####")

    def territory(self, code: str) -> str:
        """A country by its ISO 3166 code: DE is Germany."""
        return str(self.locale.territories.get(code, code))

    def rate(self, rate: str) -> str:
        """A rule's rate as `explain` spells it: a bare number is a fraction, else it is an amount in words."""
        return self.share(Decimal(rate)) if rate.replace(".", "", 1).isdecimal() else rate

    def day(self, on: date) -> str:
        """A day in short, without its year: Nov 21."""
        return format_skeleton("MMMd", on, locale=self.locale)

    def full_day(self, on: date) -> str:
        """A day with its year; of an instant, the day it falls on in the shop's own zone."""
        local = on.astimezone(zone(self.timezone)) if isinstance(on, datetime) else on
        return format_date(local, "medium", locale=self.locale)

    def span(self, period: Period) -> str:
        """A period by its first and last day."""
        return f"{self.day(period.start_on)} – {self.day(period.end_on)}"  # noqa: RUF001 - a range is written so

    def instant(self, at: datetime) -> str:
        """An instant in the shop's own zone, to the minute."""
        local = at.astimezone(zone(self.timezone))
        return f"{self.full_day(local)}, {format_time(local.time(), 'short', locale=self.locale)}"

    def ago(self, at: datetime, now: datetime) -> str:
        """How long ago: 5 minutes ago."""
        return format_timedelta(min(at - now, now - now), add_direction=True, locale=Locale("en"))

    def _percent(self, share: Decimal, digits: str) -> str:
        pattern: str = self.locale.percent_formats[None].pattern
        return format_percent(share, format=pattern.replace("#,##0", f"#,##{digits}"), locale=self.locale)

    def _money(self, minor: Decimal | int, currency: str, *, whole: bool) -> str:
        cents = half_even(*Decimal(minor).as_integer_ratio())
        digits = 0 if whole else exponent(currency)
        pattern = _money_pattern(self.locale, digits)
        return str(pattern.apply(major_units(cents, currency), self.locale, currency, currency_digits=False))


def locale_of(wanted: list[str]) -> Locale:
    """The first locale in the list that Babel knows, or English. Tags come from outside: nothing raises."""
    for tag in wanted:
        try:
            return Locale.parse(tag.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


@cache
def _money_pattern(locale: Locale, digits: int) -> NumberPattern:
    pattern = copy(parse_pattern(locale.currency_formats["standard"].pattern))
    pattern.frac_prec = (digits, digits)
    return pattern
