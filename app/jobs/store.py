"""Every query about jobs: why they failed, which are due, handing one back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.jobs.tables import JobFailure
from app.kernel.errors import NotFound


@dataclass(frozen=True)
class FailedJob:
    """A job whose last try failed."""

    id: int
    name: str
    shop_id: int | None
    attempts: int
    sentence: str
    failed_at: datetime
    retry_at: datetime | None
    """None: given up; `hand_back` tries it again."""


class NoSuchFailure(NotFound):
    """A retry was asked for a job that was not given up."""

    def __init__(self, job_id: int) -> None:
        super().__init__(f"Job {job_id} was not given up, so there is nothing to retry.")


def note_failure(
    session: Session,
    job_id: int,
    name: str,
    args: Mapping[str, Any],
    *,
    attempts: int,
    sentence: str,
    pause: int | None,
) -> None:
    """Write down why a try failed, in place of the try before it."""
    shop = args.get("shop_id")
    now = func.clock_timestamp()
    values = {
        "name": name,
        "shop_id": shop if isinstance(shop, int) else None,
        "attempts": attempts,
        "sentence": sentence[:2000],
        "failed_at": now,
        "retry_at": now + func.make_interval(0, 0, 0, 0, 0, 0, pause) if pause is not None else None,
    }
    session.execute(
        insert(JobFailure)
        .values(job_id=job_id, **values)
        .on_conflict_do_update(index_elements=[JobFailure.job_id], set_=values)
    )


def note_success(session: Session, job_id: int) -> None:
    """Forget the failures of a job that was done in the end."""
    session.execute(delete(JobFailure).where(JobFailure.job_id == job_id))


def failures(session: Session, shop_id: int | None = None, *, limit: int = 100) -> list[FailedJob]:
    """Jobs whose last try failed, newest first; of one shop, or of all."""
    row = JobFailure
    query = select(
        row.job_id, row.name, row.shop_id, row.attempts, row.sentence, row.failed_at, row.retry_at
    ).order_by(row.failed_at.desc(), row.job_id.desc())
    if shop_id is not None:
        query = query.where(row.shop_id == shop_id)
    return [FailedJob(*found) for found in session.execute(query.limit(limit))]


def hand_back(session: Session, job_id: int, shop_id: int) -> None:
    """Let the worker try a given-up job of this shop again, now. Raises NoSuchFailure."""
    gone = session.execute(
        delete(JobFailure)
        .where(JobFailure.job_id == job_id, JobFailure.shop_id == shop_id, JobFailure.retry_at.is_(None))
        .returning(JobFailure.job_id)
    ).first()
    if gone is None:
        raise NoSuchFailure(job_id)
    session.execute(text("select procrastinate_retry_job_v2(:id, now(), null, null, null)"), {"id": job_id})


def due(session: Session) -> int:
    """How many jobs could run now, or are running. One behind an earlier job of its lock has to wait for that one."""
    query = text("""
        select count(*) from procrastinate_jobs j where status = 'doing' or (
            status = 'todo' and (scheduled_at is null or scheduled_at <= now()) and not exists (
                select from procrastinate_jobs e where e.lock = j.lock and e.status = 'todo'
                and (e.priority > j.priority or (e.priority = j.priority and e.id < j.id))
            )
        )
    """)
    return int(session.execute(query).scalar_one())
