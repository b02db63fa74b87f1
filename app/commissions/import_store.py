"""Every query over files of other apps."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.commissions.award_store import AwardRef
from app.db.arrays import plain, texts
from app.db.session import Fenced, ShopSession
from app.kernel.errors import NotFound
from app.kernel.ids import ShopId

_COLUMNS = "digest, format, file_name, options, content, rows, actor, uploaded_at, imported_at, undone_at"


@dataclass(frozen=True, slots=True)
class Import:
    """One file, and what became of it."""

    digest: str
    format: str
    file_name: str
    options: dict[str, Any]
    content: bytes | None
    rows: int
    actor: str
    uploaded_at: datetime
    imported_at: datetime | None
    undone_at: datetime | None

    @property
    def stands(self) -> bool:
        """Whether its rows stand in the books."""
        return self.imported_at is not None and self.undone_at is None


class NoSuchImport(NotFound):
    """No file of that digest was uploaded in this shop."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"There is no import {digest[:64]!r} in this shop.")


def keep(session: ShopSession, found: Import) -> None:
    """Store the file unless it is there; one that was undone can be looked at and taken over again."""
    session.execute(
        text(
            f"insert into history_imports as held (shop_id, {_COLUMNS}) values (:shop, :digest, :format, "  # noqa: S608 - names of this file
            ":file_name, cast(:options as jsonb), :content, 0, :actor, :uploaded_at, null, null) "
            "on conflict (shop_id, digest) do update set content = excluded.content, imported_at = null, "
            "undone_at = null where held.undone_at is not null"
        ),
        {
            "shop": session.shop_id,
            "digest": found.digest,
            "format": found.format,
            "file_name": found.file_name,
            "options": _json(found.options),
            "content": found.content,
            "actor": found.actor,
            "uploaded_at": found.uploaded_at,
        },
    )


def find(session: ShopSession, digest: str, *, lock: bool = False) -> Import:
    """The file of that digest; `lock` keeps others from taking it over until commit. Raises NoSuchImport."""
    row = session.execute(
        text(
            f"select {_COLUMNS} from history_imports where shop_id = :shop and digest = :digest"  # noqa: S608 - names of this file
            + (" for update" if lock else "")
        ),
        {"shop": session.shop_id, "digest": digest},
    ).one_or_none()
    if row is None:
        raise NoSuchImport(digest)
    return Import(*row)


def listed(session: ShopSession) -> list[Import]:
    """Every file, newest first, without its content."""
    columns = _COLUMNS.replace("content", "cast(null as bytea)")
    rows = session.execute(
        text(
            f"select {columns} from history_imports where shop_id = :shop "  # noqa: S608 - names of this file
            "order by uploaded_at desc, digest"
        ),
        {"shop": session.shop_id},
    )
    return [Import(*row) for row in rows]


def note_imported(session: ShopSession, digest: str, rows: int, at: datetime) -> None:
    """The rows stand in the books and in the decision log: the file itself is no longer kept."""
    _note(session, "content = null, rows = :rows, imported_at = :at, undone_at = null", digest, at, rows)


def note_undone(session: ShopSession, digest: str, at: datetime) -> None:
    """Everything of it was taken back."""
    _note(session, "undone_at = :at", digest, at, 0)


def drop(session: ShopSession, digest: str) -> None:
    """Throw away a file that was only looked at."""
    session.execute(
        text(
            "delete from history_imports where shop_id = :shop and digest = :digest and imported_at is null"
        ),
        {"shop": session.shop_id, "digest": digest},
    )


def mark_awards(session: ShopSession, refs: Sequence[AwardRef], digest: str) -> None:
    """Say which file brought these awards."""
    session.execute(
        text(
            "update awards a set import_digest = :digest "
            "from unnest(cast(:shop_ids as bigint[]), cast(:keys as text[])) as k(shop_id, key) "
            "where a.shop_id = k.shop_id and a.key = k.key and a.import_digest is distinct from :digest"
        ),
        {"shop_ids": plain(r[0] for r in refs), "keys": texts(r[1] for r in refs), "digest": digest},
    )


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Throw away what files and reasons said of people; that there were imports and awards stays."""
    session.execute(
        text("update history_imports set content = null, file_name = '', actor = '' where shop_id = :shop"),
        {"shop": shop_id},
    )
    session.execute(
        text("update awards set reason = '', actor = '' where shop_id = :shop"), {"shop": shop_id}
    )


def credited_orders(session: ShopSession, names: Sequence[str]) -> dict[str, str]:
    """Orders of these names or numbers that somebody is credited for here: what was asked for, and the name."""
    rows = session.execute(
        text(
            "select n.asked, o.name from unnest(cast(:names as text[])) as n(asked) "
            "join orders o on o.shop_id = :shop and (o.name = n.asked or o.name = '#' || n.asked "
            "or cast(o.id as text) = n.asked) "
            "where exists (select from credits c where c.shop_id = o.shop_id and c.order_id = o.id)"
        ),
        {"shop": session.shop_id, "names": texts(names)},
    )
    return {row.asked: row.name for row in rows}


def _note(session: ShopSession, what: str, digest: str, at: datetime, rows: int) -> None:
    session.execute(
        text(f"update history_imports set {what} where shop_id = :shop and digest = :digest"),  # noqa: S608 - words of this file
        {"shop": session.shop_id, "digest": digest, "at": at, "rows": rows},
    )


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True)
