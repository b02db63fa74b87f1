"""Reading what creators earned in another app out of its CSV. Pure: bytes in, rows and sentences out.

Every fault of every row is told at once, so that a file is mended in one go. Nothing is guessed that
decides money: a number, a date or a currency that could be read in two ways is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum

from app.commissions.import_file import BadHistory, decode, name, table
from app.kernel.currency import exponent, minor_units
from app.kernel.errors import Invalid
from app.kernel.period import day_of, zone
from app.kernel.words import line as one_line


class State(StrEnum):
    """How far a commission had come in the other app."""

    PENDING = "pending"
    APPROVED = "approved"
    PAID = "paid"
    DENIED = "denied"


@dataclass(frozen=True)
class Format:
    """The CSV of one app. Headers are compared without case, and with a blank, - and _ alike."""

    label: str
    app: str
    columns: Mapping[str, tuple[str, ...]]
    """Of creator, commission, order, id, at, currency, status: the headers it may have."""
    needs: tuple[str, ...]
    dates: tuple[str, ...] = ()
    """As strptime reads them; ISO 8601 is read everywhere."""
    states: Mapping[str, State] = field(default_factory=dict)
    counts_cents: bool = False
    """Whether a file whose amounts have no decimals at all is counted in minor units."""


@dataclass(frozen=True)
class Options:
    """What the file does not say and a person does."""

    paid_through: date | None = None
    """What was earned up to that day the other app has paid; nothing of it is owed."""
    earned_on: date | None = None
    """The day for rows of a file without dates."""
    hold_days: int = 30
    """How long what is pending there stays on hold here, from the day it was earned."""

    def __post_init__(self) -> None:
        if not 0 <= self.hold_days <= 120:  # noqa: PLR2004 - the range of every hold
            raise Invalid(f"hold_days is {self.hold_days}; it must be between 0 and 120.")


@dataclass(frozen=True)
class HistoryRow:
    """One commission of another app."""

    line: int
    """Of the file, the heading being 1."""
    creator: str
    """As the file names them: an e-mail, a handle or a code."""
    mark: str
    """What tells it from every other row: its id or its order."""
    about: str
    """What a person calls it: an order's number."""
    amount_minor: int
    currency: str
    earned_at: datetime
    state: State


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be taken over."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Place:
    """Where the file is read for."""

    currency: str
    timezone: str
    now: datetime


def read(raw: bytes, form: Format, options: Options, place: Place) -> tuple[list[HistoryRow], list[Fault]]:
    """The rows that can be read and what is wrong with the others. Raises BadHistory about the whole file."""
    heading, body = table(decode(raw))
    columns = _columns(heading, form, options)
    cents = form.counts_cents and all("." not in _cell(cells, columns, "commission") for _, cells in body)
    reader = _Reader(form, options, place, columns, len(heading), cents)
    rows: list[HistoryRow] = []
    faults: list[Fault] = []
    for number, cells in body:
        try:
            rows.append(reader.row(number, cells))
        except Invalid as refusal:
            faults.append(Fault(number, str(refusal)))
    return rows, [*faults, *repeats(rows)]


def _columns(heading: Sequence[str], form: Format, options: Options) -> dict[str, int]:
    found = {
        what: heading.index(known)
        for what, names in form.columns.items()
        for known in [next((n for n in names if n in heading), None)]
        if known is not None
    }
    missing = [form.columns[what][0] for what in form.needs if what not in found]
    if missing:
        there = ", ".join(heading)[:200]
        raise BadHistory(f"{form.label} need the columns {', '.join(missing)}. The file has: {there}.")
    twice = sorted({n for n in heading if heading.count(n) > 1 and n in {heading[i] for i in found.values()}})
    if twice:
        raise BadHistory(f"The column {twice[0]} stands in the file twice.")
    if "at" not in found and options.earned_on is None:
        raise BadHistory("The file has no dates. Say the day its commissions count as earned on.")
    return found


def _cell(cells: Sequence[str], columns: Mapping[str, int], what: str) -> str:
    at = columns.get(what)
    return cells[at].strip() if at is not None and at < len(cells) else ""


@dataclass(frozen=True)
class _Reader:
    """Reads row after row of one file."""

    form: Format
    options: Options
    place: Place
    columns: Mapping[str, int]
    width: int
    cents: bool

    def row(self, number: int, cells: Sequence[str]) -> HistoryRow:
        """One row. Raises Invalid with a sentence."""
        if len(cells) != self.width:
            raise Invalid(f"The row has {len(cells)} cells, the heading {self.width}.")

        def cell(what: str) -> str:
            return _cell(cells, self.columns, what)

        creator, order, mark = cell("creator"), cell("order"), cell("id") or cell("order")
        if not creator:
            raise Invalid(f"The column {self.form.columns['creator'][0]} is empty.")
        currency = cell("currency").upper() or self.place.currency
        if currency != self.place.currency:
            raise Invalid(f"It is in {currency[:20]}; the shop's books are in {self.place.currency}.")
        amount = self._amount(cell("commission"), currency)
        return HistoryRow(
            line=number,
            creator=one_line(creator),
            mark=one_line(mark, longest=80) if mark else self._content(cells),
            about=one_line(order or mark, longest=80) if order or mark else "",
            amount_minor=amount,
            currency=currency,
            earned_at=self._earned_at(cell("at")),
            state=self._state(cell("status")),
        )

    def _content(self, cells: Sequence[str]) -> str:
        """A row without a number is told from others by what stands in it."""
        return "|".join(cell.strip() for cell in cells)

    def _amount(self, typed: str, currency: str) -> int:
        whole = typed.replace("\u00a0", "").replace(" ", "")
        if "," in whole:
            raise Invalid(f"{typed[:40]!r} can be read in two ways; write amounts like 1234.50.")
        if not whole:
            raise Invalid(f"The column {self.form.columns['commission'][0]} is empty.")
        if self.cents and exponent(currency):
            if not whole.lstrip("-").isdecimal():
                raise Invalid(f"{typed[:40]!r} is not a number of minor units.")
            return int(whole)
        return minor_units(whole, currency)

    def _earned_at(self, typed: str) -> datetime:
        if not typed:
            if self.options.earned_on is None:
                raise Invalid("The date is empty.")
            return self._local(datetime.combine(self.options.earned_on, time(12)))
        at = self._local(self._instant(typed))
        if at > self.place.now:
            raise Invalid(f"{typed[:40]!r} lies in the future.")
        if at.year < 2000:  # noqa: PLR2004 - no shop of Shopify's is older
            raise Invalid(f"{typed[:40]!r} lies before there were such shops.")
        return at

    def _instant(self, typed: str) -> datetime:
        for pattern in self.form.dates:
            try:
                return datetime.strptime(typed, pattern)  # noqa: DTZ007 - the shop's zone is put on below
            except ValueError:
                continue
        try:
            return datetime.fromisoformat(typed)
        except ValueError:
            known = datetime(2026, 2, 19, 12, 53, tzinfo=UTC)
            like = known.strftime(self.form.dates[0]) if self.form.dates else "2026-02-19T12:53:00Z"
            raise Invalid(f"{typed[:40]!r} is not a date like {like}.") from None

    def _local(self, at: datetime) -> datetime:
        return (at if at.tzinfo else at.replace(tzinfo=zone(self.place.timezone))).astimezone(UTC)

    def _state(self, typed: str) -> State:
        if not typed:
            return State.APPROVED
        found = self.form.states.get(name(typed))
        if found is None:
            known = ", ".join(sorted(self.form.states))
            raise Invalid(f"The status {typed[:40]!r} is not known. Known: {known or 'none'}.")
        return found


def repeats(rows: Sequence[HistoryRow]) -> Iterator[Fault]:
    """Rows that stand in the file twice: which of them counts is not ours to guess."""
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.creator.casefold(), row.mark)
        before = first.setdefault(key, row.line)
        if before != row.line:
            what = f"Order {row.about}" if row.about else "The same row"
            yield Fault(row.line, f"{what} of {row.creator} stands in line {before} already.")


def is_paid_for(row: HistoryRow, options: Options, timezone: str) -> bool:
    """Whether the other app has paid it, by its status or by the day that a person named."""
    by_day = options.paid_through is not None and day_of(row.earned_at, timezone) <= options.paid_through
    return row.state is State.PAID or by_day


def states(**by_state: str) -> dict[str, State]:
    """Statuses of an app by ours: `states(paid="paid processed")`."""
    return {status: State(ours) for ours, theirs in by_state.items() for status in theirs.split()}
