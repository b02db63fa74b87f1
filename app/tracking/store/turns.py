"""Orders that are judged and visits that are stored take turns: else neither sees the other, and no later event tells them.

An order that is judged while a visit before it is being stored does not find the visit, and whoever stores the visit
does not find the order. So judging shares a lock of the shop with other judging, and storing visits has it alone:
whichever of the two comes second sees what the first has committed.
"""

from collections.abc import Collection

from sqlalchemy import text

from app.db.arrays import plain
from app.db.session import Fenced

_NAME = "hashtextextended('visits of ' || current_schema(), shop)"
_JUDGE = text(
    f"select pg_advisory_xact_lock_shared({_NAME}) from unnest(cast(:shops as bigint[])) as shop"  # noqa: S608
)
_STORE = text(f"select pg_advisory_xact_lock({_NAME}) from unnest(cast(:shops as bigint[])) as shop")  # noqa: S608


def to_judge(session: Fenced, shops: Collection[int]) -> None:
    """Until the end of the transaction nobody stores visits of these shops; other orders may be judged."""
    session.execute(_JUDGE, {"shops": plain(sorted(shops))})


def to_store(session: Fenced, shops: Collection[int]) -> None:
    """Until the end of the transaction no orders of these shops are judged as they come in. Call it before any other lock."""
    session.execute(_STORE, {"shops": plain(sorted(shops))})
