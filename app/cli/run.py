"""Commands that keep running: serve and worker. And migrate, which comes before them."""

import signal
import threading
from argparse import Namespace

from app.cli.say import Answer
from app.cli.wired import wired
from app.config import read
from app.db import migrate as migrating
from app.db.engine import database_url
from app.db.locks import NamedLocks
from app.flows.rotate_keys import rotate_keys
from app.flows.work import Loops
from app.jobs.worker import JobWorker
from app.kernel.errors import RefusedError
from app.kernel.garbage import seldom_collected
from app.kernel.ids import ShopId
from app.shops import store as shops

WATCH_SECONDS = 1
"""How often the worker looks whether all of its parts still run."""


def serve(given: Namespace) -> Answer:
    """Answer web requests until SIGTERM or SIGINT. Raises PortTaken, BadSetting, UnsafeRole."""
    from app.web.serve import run

    with wired() as wiring:
        wiring.engine.connect().close()  # An unsafe role or a database out of reach is said here, in a sentence.
        run(given.host, given.port, threads=given.threads)
    return Answer("Stopped.", {"stopped": True})


def worker(given: Namespace) -> Answer:
    """Do what waits: until SIGTERM or SIGINT, or until nothing waits. Raises WorkerBroke."""
    with wired() as wiring, seldom_collected():
        loops = Loops(wiring.batch_session, wiring.desk, wiring.clock, spool=wiring.settings.spool)
        if given.until_idle:
            loops.finish()
            while wiring.job_worker.run_due():
                loops.finish()
        else:
            _keep_working(loops, wiring.job_worker)
    return Answer("Nothing waits." if given.until_idle else "Stopped.", {"idle": given.until_idle})


class WorkerBroke(RefusedError):
    """A loop ended by itself: the process ends too, so that whoever watches it starts another."""

    def __init__(self) -> None:
        super().__init__("A part of the worker broke; the log above says why. Start it again.")


def _keep_working(loops: Loops, jobs: JobWorker) -> None:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    threads = [*loops.start(stop), threading.Thread(target=jobs.run, args=(stop,))]
    threads[-1].start()
    while not stop.wait(WATCH_SECONDS) and all(thread.is_alive() for thread in threads):
        pass
    broke = not stop.is_set()
    stop.set()
    for thread in threads:
        thread.join()
    if broke:
        raise WorkerBroke


def rotate(_given: Namespace) -> Answer:
    """Seal every secret anew under the first of TRIBUTE_SECRET_KEYS. Raises Unreadable, Busy."""
    with wired() as wiring:
        with wiring.platform_session() as session:
            shop_ids = [ShopId(shop.id) for shop in shops.working(session)]
        locks = NamedLocks(wiring.engine)
        done = rotate_keys(wiring.shop_session, locks, wiring.vault, wiring.queue, shop_ids)
    text = (
        f"The secrets of {done} {'shop is' if done == 1 else 'shops are'} sealed under the newest key. Web pixels get "
        "a new account id as the worker comes to them. Keep the older keys for as long as the longest window of your "
        "programs: shoppers' browsers hold visits that were signed with them."
    )
    return Answer(text, {"shops": done})


def migrate(_given: Namespace) -> Answer:
    """Bring the database to the newest schema. The only command that connects as its owner."""
    settings = read()
    done = migrating.migrate(database_url(settings.database_url, settings.data))
    text = (
        f"The schema is the newest; applied {', '.join(done)}."
        if done
        else "The schema was the newest already."
    )
    return Answer(text, {"applied": done})
