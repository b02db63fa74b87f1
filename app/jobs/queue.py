"""Jobs are deferred in the transaction of the fact that needs them; handlers come through wiring.

A job is a name and JSON arguments. It may run twice: every handler is idempotent by key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import procrastinate
from sqlalchemy.orm import Session

Handler = Callable[..., None]
"""Called with the job's arguments by keyword; raising means: did not happen, try again or give up."""


@dataclass(frozen=True)
class Job:
    """What the queue needs to know of one kind of job."""

    name: str
    """`room.verb`, for example `codes.issue`."""
    handler: Handler
    attempts: int = 8
    """How often it is tried before it is left as failed, for a person to look at. Waiting for somebody
    else (Retriable) does not count: that may take days."""
    repeats_unknown: bool = False
    """Whether the handler looks first what became of its last try, so that Unknown may be repeated."""


class Queue:
    """Puts jobs into the database. Needs no worker and no connection of its own."""

    def __init__(self) -> None:
        self._app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())

    def defer(
        self,
        session: Session,
        name: str,
        args: Mapping[str, Any],
        *,
        lock: str | None = None,
        once: str | None = None,
        at: datetime | None = None,
    ) -> bool:
        """Queue a job in the session's own transaction: it exists if and only if that commits.

        `lock`: jobs with one lock run one after the other. `once`: while a job with this key waits,
        another is not queued; then the answer is False.
        """
        savepoint = session.begin_nested()
        # Asked for inside the savepoint: that is what makes SQLAlchemy send it, before the job is put.
        connection = session.connection()
        deferrer = self._app.configure_task(
            name,
            allow_unknown=True,
            lock=lock,
            queueing_lock=once,
            schedule_at=at,
            connection=connection.connection.driver_connection,
        )
        try:
            deferrer.defer(**args)
        except procrastinate.exceptions.AlreadyEnqueued:
            savepoint.rollback()
            return False
        savepoint.commit()
        return True


class NoQueue(Queue):
    """Takes every job and does none of them: what was asked for once is not asked for again by replaying."""

    def defer(  # noqa: D102 - as above
        self,
        session: Session,
        name: str,
        args: Mapping[str, Any],
        *,
        lock: str | None = None,
        once: str | None = None,
        at: datetime | None = None,
    ) -> bool:
        del session, name, args, lock, once, at
        return False
