"""What becomes of each row of another app's file: a report to look at before anything is decided.

flows/import_history takes over what this says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

import msgspec

from app.commissions import award_store, formats, import_rows, import_store
from app.commissions.awards import Award, AwardKind, award_key
from app.commissions.import_rows import Fault, Format, HistoryRow, Options, Place, State
from app.creators import store as creators
from app.creators.model import Creator
from app.db.session import ShopSession
from app.kernel import registry
from app.kernel.errors import Invalid
from app.kernel.period import day_of
from app.shops import store as shops
from app.tracking import store as tracking
from app.tracking.model import fold

LONGEST_MARK = 80
"""A row without a number is named by a digest when its content is longer."""

FORMATS: Mapping[str, Format] = registry.load(formats, Format)
"""Every app that can be read from, by the name that the command line uses."""


@dataclass(frozen=True)
class Told:
    """What becomes of one row."""

    line: int
    outcome: str
    """new, held (taken over before), left_out or fault."""
    sentence: str
    award: Award | None = None
    creator: str | None = None
    """Handle, where they are known."""


@dataclass(frozen=True)
class Report:
    """What taking a file over would do, row by row."""

    digest: str
    rows: list[Told]

    @property
    def faults(self) -> list[Fault]:
        """Rows that stand in the way."""
        return [Fault(told.line, told.sentence) for told in self.rows if told.outcome == "fault"]

    def count(self, outcome: str) -> int:
        """How many rows end so."""
        return sum(told.outcome == outcome for told in self.rows)

    def sums(self) -> dict[str, int]:
        """What would be owed anew, by creator; minor units of the shop's currency."""
        found: dict[str, int] = {}
        for told in self.rows:
            if told.outcome == "new" and told.award and told.creator:
                found[told.creator] = found.get(told.creator, 0) + told.award.amount_minor
        return found


def format_of(name: str) -> Format:
    """The format of that name. Raises Invalid."""
    if name not in FORMATS:
        raise Invalid(f"{name[:40]!r} is no format. Known: {', '.join(FORMATS)}.")
    return FORMATS[name]


def digest_of(raw: bytes, name: str, options: Options) -> str:
    """Hex sha256 that names the file together with how it is read."""
    return sha256(b"\0".join((name.encode(), msgspec.json.encode(options, order="sorted"), raw))).hexdigest()


def look(
    session: ShopSession, raw: bytes, name: str, options: Options, *, actor: str, now: datetime
) -> Report:
    """What would become of every row. Writes nothing. Raises BadHistory about the whole file."""
    form, shop = format_of(name), shops.get(session, session.shop_id)
    rows, faults = import_rows.read(raw, form, options, Place(shop.currency, shop.timezone, now))
    digest = digest_of(raw, name, options)
    known = _people(session)
    credited = import_store.credited_orders(
        session, sorted({x for r in rows for x in (r.about, r.mark) if x})
    )
    wrong = {fault.line for fault in faults}
    told = [Told(fault.line, "fault", fault.sentence) for fault in faults]
    maker = _Maker(session.shop_id, name, form, options, shop.timezone, digest, actor, now)
    told += [_told(maker, row, known, credited) for row in rows if row.line not in wrong]
    held = award_store.held_keys(session, session.shop_id, [t.award.key for t in told if t.award])
    return Report(digest, sorted((_against(t, held) for t in told), key=lambda t: t.line))


def _people(session: ShopSession) -> dict[str, Creator]:
    """Creators by everything that a file may call them: e-mail, handle, code. The e-mail wins."""
    everybody = creators.every_creator(session)
    by_id = {creator.id: creator for creator in everybody}
    owners = {e.id: by_id[e.creator_id] for e in creators.every_enrollment(session)}
    codes = {fold(c.code): owners[c.enrollment_id] for c in tracking.every_code(session)}
    handles = {creator.handle: creator for creator in everybody}
    mails = {c.contact.email.casefold(): c for c in everybody if c.contact.email}
    return codes | handles | mails


@dataclass(frozen=True)
class _Maker:
    """Makes awards of the rows of one file."""

    shop_id: int
    name: str
    form: Format
    options: Options
    timezone: str
    digest: str
    actor: str
    now: datetime

    def award(self, row: HistoryRow, creator: Creator) -> Award:
        hold = self.options.hold_days if row.state is State.PENDING and row.amount_minor > 0 else 0
        mark = row.mark if len(row.mark) <= LONGEST_MARK else sha256(row.mark.encode()).hexdigest()[:32]
        return Award(
            shop_id=self.shop_id,
            key=award_key(AwardKind.IMPORTED, self.name, creator.handle, mark),
            creator_id=creator.id,
            program_id=None,
            kind=AwardKind.IMPORTED,
            amount_minor=row.amount_minor,
            currency=row.currency,
            earned_at=row.earned_at,
            earned_on=day_of(row.earned_at, self.timezone),
            matures_at=row.earned_at + timedelta(days=hold),
            offer_id=None,
            reason=self.reason(row),
            actor=self.actor,
            changed_at=self.now,
            import_digest=self.digest,
        )

    def reason(self, row: HistoryRow) -> str:
        """For the creator's statement."""
        what = "Earned" if row.amount_minor >= 0 else "Taken back"
        order = f", order {row.about}" if row.about else ""
        return f"{what} in {self.form.app}{order}."


def _told(maker: _Maker, row: HistoryRow, known: Mapping[str, Creator], credited: Mapping[str, str]) -> Told:
    creator = known.get(row.creator.casefold()) or known.get(fold(row.creator))
    if creator is None:
        return Told(row.line, "fault", f"{row.creator!r} is no creator of this shop; add them first.")
    here = credited.get(row.about) or credited.get(row.mark)
    if here is not None:
        return Told(
            row.line, "fault", f"Order {here} is credited here already; leave it out.", None, creator.handle
        )
    if row.state is State.DENIED:
        return Told(
            row.line, "left_out", f"It was denied in {maker.form.app}; nothing is owed.", None, creator.handle
        )
    if import_rows.is_paid_for(row, maker.options, maker.timezone):
        return Told(
            row.line, "left_out", f"It was paid by {maker.form.app}; nothing is owed.", None, creator.handle
        )
    if row.amount_minor == 0:
        return Told(row.line, "left_out", "It earned nothing.", None, creator.handle)
    award = maker.award(row, creator)
    return Told(row.line, "new", award.reason, award, creator.handle)


def _against(told: Told, held: Mapping[str, Award]) -> Told:
    """The same row beside what was taken over before."""
    before = held.get(told.award.key) if told.award else None
    if told.award is None or before is None or before.revoked_at is not None:
        return told
    if (before.amount_minor, before.currency) != (told.award.amount_minor, told.award.currency):
        said = "It was taken over before with another amount. Undo that import first."
        return Told(told.line, "fault", said, told.award, told.creator)
    return Told(told.line, "held", "It was taken over before.", told.award, told.creator)


def day(typed: str | None) -> date | None:
    """A day that a person typed; None for nothing. Raises Invalid."""
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid(f"{typed[:40]!r} is not a day such as 2026-11-22.") from None
