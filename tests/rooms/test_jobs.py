"""The queue and its worker on a real database."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import procrastinate
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.db.session import PlatformSession
from app.jobs import store
from app.jobs.queue import Job
from app.jobs.schedule import SCHEDULE, Periodic
from app.jobs.store import NoSuchFailure
from app.jobs.worker import JobWorker
from app.kernel.errors import Permanent, Retriable
from app.wiring import Wiring
from tests.jobs import Once, failed, states, worker

PATIENT = 30
"""Seconds after which a test gives up on another thread."""


def defer(app: Wiring, **args: Any) -> None:
    with app.platform_session() as session, session.begin():
        app.queue.defer(session, "tests.do", args, lock=f"shop {args.get('shop_id')}")


def test_a_job_is_done_with_its_arguments_and_leaves_nothing(wiring: Wiring) -> None:
    handler = Once()
    defer(wiring, shop_id=7, code="MARA10")
    assert worker(wiring, handler).run_due() == 1
    assert handler.calls == [{"shop_id": 7, "code": "MARA10"}]
    assert states(wiring) == []


def test_a_job_of_a_transaction_that_is_rolled_back_never_was(wiring: Wiring) -> None:
    with wiring.platform_session() as session:
        wiring.queue.defer(session, "tests.do", {})
        session.rollback()
    assert worker(wiring, Once()).run_due() == 0


def test_a_refusal_is_left_as_failed_with_its_sentence(wiring: Wiring) -> None:
    handler = Once(Permanent("Shopify knows no shop lumen.myshopify.com any more."))
    defer(wiring, shop_id=7)
    worker(wiring, handler).run_due()
    (failure,) = failed(wiring)
    assert states(wiring) == ["failed"]
    assert (failure.name, failure.shop_id, failure.attempts) == ("tests.do", 7, 1)
    assert failure.sentence == "Shopify knows no shop lumen.myshopify.com any more."
    assert failure.retry_at is None


def test_a_given_up_job_can_be_handed_back_by_its_own_shop(wiring: Wiring) -> None:
    handler = Once(Permanent("not yet"))
    defer(wiring, shop_id=7)
    worker(wiring, handler).run_due()
    (failure,) = failed(wiring)
    with wiring.platform_session() as session, pytest.raises(NoSuchFailure):
        store.hand_back(session, failure.id, shop_id=8)
    with wiring.platform_session() as session, session.begin():
        store.hand_back(session, failure.id, shop_id=7)
    assert worker(wiring, handler).run_due() == 1
    assert (states(wiring), failed(wiring)) == ([], [])


def test_a_job_waits_as_long_as_the_other_side_asked_and_says_why(wiring: Wiring) -> None:
    defer(wiring, shop_id=7)
    assert worker(wiring, Once(Retriable("Shopify asks us to slow down.", after_seconds=3000))).run_due() == 1
    (failure,) = failed(wiring)
    assert failure.sentence == "Shopify asks us to slow down."
    assert failure.retry_at is not None
    assert 3000 <= (failure.retry_at - failure.failed_at).total_seconds() <= 3750
    with wiring.platform_session() as session:
        scheduled = session.execute(text("select scheduled_at from procrastinate_jobs")).scalar_one()
    assert abs((scheduled - failure.retry_at).total_seconds()) < 60


def test_what_waits_behind_a_job_that_is_tried_again_later_is_not_waited_for(wiring: Wiring) -> None:
    once = Once(Retriable("Shopify asks to wait.", after_seconds=1000))
    defer(wiring, shop_id=1, n=1)
    defer(wiring, shop_id=1, n=2)
    assert worker(wiring, once).run_due() == 1
    assert [call["n"] for call in once.calls] == [1]
    assert states(wiring) == ["todo", "todo"]


def test_a_job_that_succeeds_at_last_forgets_why_it_failed(wiring: Wiring) -> None:
    handler = Once(Retriable("away", after_seconds=0), RuntimeError("boom"))
    defer(wiring, shop_id=7)
    the_worker = worker(wiring, handler)
    the_worker.run_due()
    with wiring.platform_session() as session, session.begin():
        session.execute(text("update procrastinate_jobs set scheduled_at = null"))
    the_worker.run_due()
    assert len(handler.calls) == 3
    assert (states(wiring), failed(wiring)) == ([], [])


def test_jobs_of_one_shop_take_turns_and_other_shops_do_not_wait(wiring: Wiring) -> None:
    running: set[int] = set()
    met: set[int] = set()
    together = threading.Barrier(2, timeout=PATIENT)
    overlaps: list[int] = []

    def handler(shop_id: int) -> None:
        if shop_id in running:
            overlaps.append(shop_id)
        running.add(shop_id)
        if shop_id not in met:
            # Only the first of each shop meet: which of the later ones are fetched together is chance.
            met.add(shop_id)
            together.wait()
        running.discard(shop_id)

    for _ in range(3):
        defer(wiring, shop_id=1)
        defer(wiring, shop_id=2)
    assert worker(wiring, handler).run_due() == 6
    assert overlaps == []


@pytest.fixture
def started(wiring: Wiring) -> Iterator[Callable[[JobWorker], None]]:
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start(the_worker: JobWorker) -> None:
        thread = threading.Thread(target=the_worker.run, args=(stop,))
        thread.start()
        threads.append(thread)

    yield start
    stop.set()
    for thread in threads:
        thread.join(PATIENT)
        assert not thread.is_alive()


def test_a_running_worker_takes_a_job_as_soon_as_it_is_put(
    wiring: Wiring, started: Callable[[JobWorker], None]
) -> None:
    done = threading.Event()

    def handler(**_: Any) -> None:
        done.set()

    started(worker(wiring, handler))
    defer(wiring, shop_id=1)
    assert done.wait(PATIENT)


KILLED = """
import os, sys
from sqlalchemy.engine import make_url
from app.db.engine import app_engine
from app.db.session import PlatformSession
from app.jobs.queue import Job
from app.jobs.worker import JobWorker

def handler(**_):
    print("begun", flush=True)
    sys.stdin.read()

url = make_url(os.environ["URL"])
engine = app_engine(url)
JobWorker(url, [Job("tests.do", handler)], lambda: PlatformSession(engine), dead_after=1.0).run_due()
"""


def test_a_job_whose_worker_was_killed_is_run_by_another(wiring: Wiring) -> None:
    defer(wiring, shop_id=7)
    url = wiring.engine.url.render_as_string(hide_password=False)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", KILLED], env={**os.environ, "URL": url}, **pipes) as victim:  # type: ignore[call-overload]
        assert victim.stdout.readline() == b"begun\n"
        victim.send_signal(signal.SIGKILL)
        victim.wait(PATIENT)
    assert states(wiring) == ["doing"]
    handler = Once()
    assert worker(wiring, handler).run_due() == 1
    assert handler.calls == [{"shop_id": 7}]
    assert states(wiring) == []


def test_the_worker_connects_in_the_role_that_is_fenced_in(wiring: Wiring) -> None:
    async def role() -> Any:
        app = worker(wiring, Once())._app(())
        async with app.open_async():
            return await app.connector.execute_query_one_async("select current_user as role")

    assert asyncio.run(role()) == {"role": "tribute_app"}


def test_the_calendar_names_only_jobs_that_exist_and_its_times_can_be_read(wiring: Wiring) -> None:
    assert {entry.job for entry in SCHEDULE} <= {job.name for job in wiring.jobs}
    app = JobWorker(wiring.engine.url, wiring.jobs, wiring.platform_session)._app(SCHEDULE)
    assert isinstance(app, procrastinate.App)
    assert len(app.periodic_registry.periodic_tasks) == len(SCHEDULE)


def test_what_comes_round_runs_without_the_calendars_own_argument(
    wiring: Wiring, started: Callable[[JobWorker], None]
) -> None:
    done = threading.Event()

    def handler() -> None:
        done.set()

    job = Job("tests.do", handler)
    every_second = [Periodic("tests.do", "* * * * * *")]
    started(JobWorker(wiring.engine.url, [job], wiring.platform_session, schedule=every_second))
    assert done.wait(PATIENT)


def test_a_database_that_is_away_neither_ends_the_worker_nor_holds_up_its_end() -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.settimeout(PATIENT)
        url = make_url(f"postgresql://nobody@127.0.0.1:{deaf.getsockname()[1]}/nothing")
        thread = threading.Thread(target=JobWorker(url, [], never).run, args=(stop,))
        thread.start()
        deaf.accept()[0].close()
        second, _ = deaf.accept()
        stop.set()
        thread.join(PATIENT)
        second.close()
    assert not thread.is_alive()


def never() -> PlatformSession:
    raise AssertionError("nobody has work")
