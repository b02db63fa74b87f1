"""Runs jobs: in threads, each shop's one after the other, failures again later, dead workers' jobs at once.

The one place besides the queue that knows Procrastinate. `tribute worker` runs it beside the inbox.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as QueuedJob
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from app.db.faults import is_transient
from app.db.rls import ROLE
from app.jobs import store
from app.jobs.queue import Job
from app.jobs.retry import pause_before_retry, sentence
from app.jobs.schedule import Periodic
from app.kernel.errors import Retriable, TributeError

log = logging.getLogger(__name__)

DEAD_AFTER_SECONDS = 10.0
"""A worker that is silent for so long was killed: its jobs are run again by any other. It speaks five times as often."""

POLL_SECONDS = 2.0
"""Jobs that become due by time are looked for this often; new ones are announced by the database."""

Sessions = Callable[[], AbstractContextManager[Session]]


class JobWorker:
    """One process's share of the jobs."""

    def __init__(
        self,
        url: URL,
        jobs: Sequence[Job],
        sessions: Sessions,
        *,
        schedule: Sequence[Periodic] = (),
        threads: int = 4,
        dead_after: float = DEAD_AFTER_SECONDS,
    ) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._jobs = tuple(jobs)
        self._sessions = sessions
        self._schedule = tuple(schedule)
        self._threads = threads
        self._dead_after = dead_after
        self._counting = threading.Lock()
        self.ran = 0
        """Tries so far, successful or not."""

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; jobs under way are finished first. A database that is away is waited for."""
        asyncio.run(self._run(stop))

    def run_due(self) -> int:
        """Run until no job is due and none is under way, here or elsewhere. Returns how many ran here.

        Failures that are to be tried later stay; the calendar is left alone.
        """
        return asyncio.run(self._run_due())

    async def _run(self, stop: threading.Event) -> None:
        self._own_threads()
        stopped = asyncio.create_task(asyncio.to_thread(stop.wait))
        while not stopped.done():
            try:
                await self._work_until(stopped)
            except (ConnectorException, psycopg.OperationalError) as error:
                log.warning("The job queue is out of reach (%s); trying again.", type(error).__name__)
            await asyncio.wait([stopped], timeout=1)

    async def _work_until(self, stopped: asyncio.Task[bool]) -> None:
        app = self._app(self._schedule)
        try:
            if not await _opened(app, stopped):
                return
            working = asyncio.create_task(self._worker(app, wait=True))
            rescuing = asyncio.create_task(self._keep_rescuing(app))
            await asyncio.wait([stopped, working, rescuing], return_when=asyncio.FIRST_COMPLETED)
            await _ended(working, rescuing)
        finally:
            await app.close_async()

    async def _run_due(self) -> int:
        self._own_threads()
        before = self.ran
        async with self._app(()).open_async() as app:
            while await asyncio.to_thread(self._due):
                await rescue(app, self._dead_after)
                await self._worker(app, wait=False)
                # What is left is under way elsewhere, or waits for the lock of something that is.
                await asyncio.sleep(POLL_SECONDS / 20)
        return self.ran - before

    def _due(self) -> int:
        with self._sessions() as session:
            return store.due(session)

    def _own_threads(self) -> None:
        # Two more than jobs: one waits for the stop, one asks for what is due.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(self._threads + 2))

    def _app(self, schedule: Sequence[Periodic]) -> procrastinate.App:
        """Every connection starts in the fenced role, as app_engine's do."""
        options = f"-c role={ROLE} -c timezone=UTC"
        connector = procrastinate.PsycopgConnector(
            conninfo=self._url, min_size=1, max_size=4, kwargs={"options": options}
        )
        app = procrastinate.App(connector=connector)
        for job in self._jobs:
            task = app.task(name=job.name, retry=_Patience(job), pass_context=True)(self._handler(job))
            for entry in schedule:
                if entry.job == job.name:
                    app.periodic(cron=entry.cron)(task)
        return app

    async def _worker(self, app: procrastinate.App, *, wait: bool) -> None:
        await app.run_worker_async(
            wait=wait,
            concurrency=self._threads,
            install_signal_handlers=False,
            delete_jobs="successful",
            fetch_job_polling_interval=POLL_SECONDS,
            update_heartbeat_interval=self._dead_after / 5,
            stalled_worker_timeout=self._dead_after,
            shutdown_graceful_timeout=30,
        )

    async def _keep_rescuing(self, app: procrastinate.App) -> None:
        while True:
            await rescue(app, self._dead_after)
            await asyncio.sleep(self._dead_after / 4)

    def _handler(self, job: Job) -> Callable[..., None]:
        def run(context: procrastinate.JobContext, **args: Any) -> None:
            queued = context.job
            with self._counting:
                self.ran += 1
            args.pop("timestamp", None)  # The calendar adds it; no handler asked for it.
            try:
                job.handler(**args)
            except Exception as error:
                self._note(job, queued, error)
                raise
            if queued.attempts:
                with self._sessions() as session, session.begin():
                    store.note_success(session, _id(queued))

        return run

    def _note(self, job: Job, queued: QueuedJob, error: Exception) -> None:
        if not isinstance(error, TributeError) and not is_transient(error):
            log.error("the job %s failed", job.name, exc_info=error)
        understood = _understood(error)
        with self._sessions() as session, session.begin():
            store.note_failure(
                session,
                _id(queued),
                job.name,
                queued.task_kwargs,
                attempts=queued.attempts + 1,
                sentence=sentence(understood),
                pause=_pause(job, queued, understood),
            )


class _Patience(BaseRetryStrategy):
    """Procrastinate's question, answered by our rules."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        pause = _pause(self._job, job, _understood(exception))
        return None if pause is None else RetryDecision(retry_in={"seconds": pause})


async def _opened(app: procrastinate.App, stopped: asyncio.Task[bool]) -> bool:
    """Connect, unless the stop comes first: a database that is away must not hold up the end."""
    opening = asyncio.ensure_future(app.open_async())
    await asyncio.wait([stopped, opening], return_when=asyncio.FIRST_COMPLETED)
    if not opening.done():
        await _ended(opening)
        return False
    await opening
    return True


async def _ended(*tasks: asyncio.Future[Any]) -> None:
    """Cancel them and wait for their end; the worker finishes its jobs first."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _understood(error: BaseException) -> BaseException:
    return Retriable("The database did not answer.", after_seconds=2) if is_transient(error) else error


def _pause(job: Job, queued: QueuedJob, error: BaseException) -> int | None:
    return pause_before_retry(
        error,
        tried=queued.attempts + 1,
        most=job.attempts,
        repeats_unknown=job.repeats_unknown,
        spread=_id(queued),
    )


def _id(queued: QueuedJob) -> int:
    if queued.id is None:
        raise TypeError("a job that runs has an id")
    return queued.id


async def rescue(app: procrastinate.App, dead_after: float) -> None:
    """Put the jobs of killed workers back. Every worker does it: one that was faster is no error."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=dead_after):
        with contextlib.suppress(ConnectorException):
            await app.job_manager.retry_job(job)
            log.warning("Job %s of a dead worker is run again.", job.call_string)
