"""Take over what creators earned in another app: looked at row by row, then all of it or nothing.

Each row becomes an award of kind `imported`, posted from the account `opening`: it is owed like anything
else, counts in no report of ours, and is undone as a whole. The decision log holds the rows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from app.audit.store import record
from app.commissions import award_store, import_store
from app.commissions.awards import Award, AwardKind
from app.commissions.import_rows import Fault, Options
from app.commissions.import_store import Import
from app.creators import store as creators
from app.db.session import ShopSession
from app.flows.awards_to_ledger import settle
from app.flows.import_report import FORMATS, Report, look
from app.kernel.clock import instant
from app.kernel.errors import Conflict, Invalid
from app.kernel.period import day_of
from app.shops import store as shops

PORTION = 2000


class NotWhole(Invalid):
    """A file of which some rows cannot be taken over: then none is."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        super().__init__(
            f"{len(faults)} rows cannot be taken over, so none was. Line {first.line}: {first.sentence}"
        )
        self.faults = faults


class AlreadyImported(Conflict):
    """The rows of this file stand in the books."""

    def __init__(self) -> None:
        super().__init__("This file was taken over before; its rows stand in the books once.")


def upload(
    session: ShopSession,
    raw: bytes,
    name: str,
    options: Options,
    *,
    file_name: str,
    actor: str,
    now: datetime,
) -> str:
    """Keep the file until somebody decides about it; returns its digest. Raises BadHistory."""
    report = look(session, raw, name, options, actor=actor, now=now)
    said = msgspec.to_builtins(options)
    kept = Import(report.digest, name, file_name, said, raw, 0, actor, now, None, None)
    import_store.keep(session, kept)
    return report.digest


def label_of(name: str) -> str:
    """What people call a format; its name when no file here knows it any more."""
    return FORMATS[name].label if name in FORMATS else name


def options_of(kept: Import) -> Options:
    """How a kept file is to be read."""
    return msgspec.convert(kept.options, Options)


def take_over(session: ShopSession, digest: str, *, actor: str, now: datetime) -> Report:
    """Post every row of a kept file, or none. Raises NoSuchImport, AlreadyImported, NotWhole."""
    kept = import_store.find(session, digest, lock=True)
    if kept.content is None:
        raise AlreadyImported
    report = look(session, kept.content, kept.format, options_of(kept), actor=actor, now=now)
    if report.faults:
        raise NotWhole(report.faults)
    fresh = [told for told in report.rows if told.outcome == "new" and told.award and told.creator]
    facts = {
        "format": kept.format,
        "file": kept.file_name,
        "rows": [_fact(told.creator or "", told.award) for told in fresh if told.award],
    }
    _post(session, digest, [told.award for told in fresh if told.award], now)
    import_store.note_imported(session, digest, len(fresh), now)
    record(session, "history.imported", subject=digest, actor=actor, facts=facts, now=now)
    return report


def undo(session: ShopSession, digest: str, *, actor: str, now: datetime) -> int:
    """Take back everything that the file brought, by reversing entries. Returns how many awards that were."""
    import_store.find(session, digest, lock=True)
    return _turn_back(session, digest, actor=actor, now=now)


def import_again(
    session: ShopSession, digest: str, facts: Mapping[str, Any], *, actor: str, now: datetime
) -> None:
    """Take the decision again from the log, where there is no file: for replay."""
    handles = {c.handle: c for c in creators.every_creator(session)}
    timezone = shops.get(session, session.shop_id).timezone
    awards = [
        Award(
            shop_id=session.shop_id,
            key=fact["key"],
            creator_id=handles[fact["creator"]].id,
            program_id=None,
            kind=AwardKind.IMPORTED,
            amount_minor=fact["amount_minor"],
            currency=fact["currency"],
            earned_at=instant(fact["earned_at"]),
            earned_on=day_of(instant(fact["earned_at"]), timezone),
            matures_at=instant(fact["matures_at"]),
            offer_id=None,
            reason=fact["reason"],
            actor=actor,
            changed_at=now,
            import_digest=digest,
        )
        for fact in facts["rows"]
    ]
    _post(session, digest, awards, now)
    record(session, "history.imported", subject=digest, actor=actor, facts=facts, now=now)


def undo_again(session: ShopSession, digest: str, *, actor: str, now: datetime) -> None:
    """Take the undoing again from the log: for replay."""
    _turn_back(session, digest, actor=actor, now=now)


def _turn_back(session: ShopSession, digest: str, *, actor: str, now: datetime) -> int:
    refs = [(a.shop_id, a.key) for a in award_store.of_import(session, session.shop_id, digest)]
    taken = award_store.set_revoked(session, refs, now, now=now)
    for start in range(0, len(taken), PORTION):
        settle(session, [(session.shop_id, key) for key in taken[start : start + PORTION]], now)
    if taken:
        import_store.note_undone(session, digest, now)
        record(session, "history.undone", subject=digest, actor=actor, facts={"rows": len(taken)}, now=now)
    return len(taken)


def _post(session: ShopSession, digest: str, awards: Sequence[Award], now: datetime) -> None:
    for start in range(0, len(awards), PORTION):
        part = awards[start : start + PORTION]
        award_store.keep(session, part)
        refs = [(award.shop_id, award.key) for award in part]
        award_store.set_revoked(session, refs, None, now=now)
        import_store.mark_awards(session, refs, digest)
        settle(session, refs, now)


def _fact(handle: str, award: Award) -> dict[str, Any]:
    return {
        "key": award.key,
        "creator": handle,
        "amount_minor": award.amount_minor,
        "currency": award.currency,
        "earned_at": award.earned_at.isoformat(),
        "matures_at": award.matures_at.isoformat(),
        "reason": award.reason,
    }
