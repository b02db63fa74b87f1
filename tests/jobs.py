"""A worker of one job, and what the queue holds."""

from typing import Any

from sqlalchemy import text

from app.jobs import store
from app.jobs.queue import Handler, Job
from app.jobs.worker import JobWorker
from app.wiring import Wiring


def worker(app: Wiring, handler: Handler, **job: Any) -> JobWorker:
    return JobWorker(app.engine.url, [Job("tests.do", handler, **job)], app.platform_session, dead_after=1.0)


def states(app: Wiring) -> list[str]:
    with app.platform_session() as session:
        return list(
            session.execute(text("select status::text from procrastinate_jobs order by id")).scalars()
        )


def failed(app: Wiring) -> list[store.FailedJob]:
    with app.platform_session() as session:
        return store.failures(session)


class Once:
    """A handler that raises what it is given, one error a call, and then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls: list[dict[str, Any]] = []

    def __call__(self, **args: Any) -> None:
        self.calls.append(args)
        if self.errors:
            raise self.errors.pop(0)
