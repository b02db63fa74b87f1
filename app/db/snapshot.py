"""Whether everybody who may not have seen a commit is done: for work that must miss nobody's rows."""

from collections.abc import Callable

from sqlalchemy import text

from app.db.session import Fenced

POLLS, POLL_MS = 50, 100


def under_way(session: Fenced) -> int:
    """A mark: the number of this very transaction. Everybody who has written by now has a smaller one.

    The snapshot's own upper end would not do: it is one past the last that is over, so the newest who
    are still at it stand above it.
    """
    return int(session.scalars(text("select cast(pg_current_xact_id() as text)")).one())


def are_over(session: Fenced, mark: int) -> bool:
    """Whether all transactions below the mark are over. Ask in a new transaction each time."""
    oldest = session.scalars(text("select cast(pg_snapshot_xmin(pg_current_snapshot()) as text)")).one()
    return int(oldest) >= mark


def let_others_finish(session: Fenced, pause_ms: Callable[[int], None]) -> None:
    """Wait until everybody is done who may not have seen what was committed by now.

    A transaction that goes on for longer than our patience is no delivery.
    """
    with session.begin():
        mark = under_way(session)
    for _ in range(POLLS):
        with session.begin():
            if are_over(session, mark):
                return
        pause_ms(POLL_MS)


def freeze(session: Fenced) -> None:
    """Begin a transaction that sees the database as it is now, until it ends, and writes nothing."""
    session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
