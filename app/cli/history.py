"""`tribute import-history`: what creators earned in another app, taken over from its CSV."""

from argparse import Namespace
from typing import Any

from app.cli.files import read
from app.cli.say import Answer, table
from app.cli.wired import shop_of, wired
from app.commissions.import_rows import Options
from app.flows import import_history, import_report
from app.flows.import_report import Report, Told
from app.kernel.currency import major_units
from app.kernel.errors import Invalid
from app.kernel.ids import ShopId
from app.wiring import Wiring

ACTOR = "cli"
SHOWN = 50
"""Rows that a person sees; `--json` has all of them."""


def import_history_file(given: Namespace) -> Answer:
    """Look at the file, and take it over unless --dry-run. Nothing of it is, while one row is at fault."""
    if given.undo:
        return _undo(given)
    if given.file is None or given.format is None:
        raise Invalid("Name the file and its --format; or an import with --undo.")
    raw, options = read(given.file), Options(given.paid_through, given.earned_on, given.hold_days)
    with wired() as wiring:
        shop = shop_of(wiring, given.shop)
        report, done = _run(wiring, shop.id, raw, given, options)
    return Answer(_words(report, done, shop.currency), _facts(report, done), ok=not report.faults)


def _run(
    wiring: Wiring, shop_id: ShopId, raw: bytes, given: Namespace, options: Options
) -> tuple[Report, bool]:
    who: dict[str, Any] = {"actor": ACTOR, "now": wiring.clock.now()}
    with wiring.shop_session(shop_id) as session, session.begin():
        report = import_report.look(session, raw, given.format, options, **who)
        if given.dry_run or report.faults or not report.count("new"):
            return report, False
        name = given.file.name
        import_history.upload(session, raw, given.format, options, file_name=name, **who)
        return import_history.take_over(session, report.digest, **who), True


def _undo(given: Namespace) -> Answer:
    with wired() as wiring:
        shop = shop_of(wiring, given.shop)
        with wiring.shop_session(shop.id) as session, session.begin():
            taken = import_history.undo(session, given.undo, actor=ACTOR, now=wiring.clock.now())
    return Answer(f"{taken} commissions were taken back.", {"digest": given.undo, "undone": taken})


def _words(report: Report, done: bool, currency: str) -> str:  # noqa: FBT001 - says what happened
    shown = [told for told in report.rows if told.outcome in {"fault", "left_out"}][:SHOWN]
    lines = [f"line {told.line}: {told.sentence}" for told in shown]
    sums = [(who, str(major_units(minor, currency))) for who, minor in sorted(report.sums().items())]
    if sums:
        lines.append(table([("creator", currency), *sums]))
    verb = "Taken over" if done else "Nothing was taken over"
    lines.append(
        f"{verb}: {report.count('new')} new, {report.count('held')} taken over before, "
        f"{report.count('left_out')} left out, {report.count('fault')} at fault. Import {report.digest}."
    )
    return "\n".join(lines)


def _facts(report: Report, done: bool) -> dict[str, Any]:  # noqa: FBT001 - says what happened
    outcomes = {outcome: report.count(outcome) for outcome in ("new", "held", "left_out", "fault")}
    return {
        "digest": report.digest,
        "imported": done,
        **outcomes,
        "rows": [_row(told) for told in report.rows],
    }


def _row(told: Told) -> dict[str, Any]:
    return {
        "line": told.line,
        "outcome": told.outcome,
        "sentence": told.sentence,
        "creator": told.creator,
        "award": told.award.key if told.award else None,
        "amount_minor": told.award.amount_minor if told.award else None,
    }
