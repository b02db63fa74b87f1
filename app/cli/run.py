"""Commands that keep running: serve and worker. And migrate, which comes before them."""

import signal
import threading
from argparse import Namespace

from app.cli.say import Answer
from app.cli.wired import wired
from app.config import read
from app.db import migrate as migrating
from app.db.engine import database_url
from app.flows.work import Loops


def serve(given: Namespace) -> Answer:
    """Answer web requests until SIGTERM or SIGINT. Raises PortTaken, BadSetting, UnsafeRole."""
    from app.web.serve import run

    with wired() as wiring:
        wiring.engine.connect().close()  # An unsafe role or a database out of reach is said here, in a sentence.
        run(given.host, given.port)
    return Answer("Stopped.", {"stopped": True})


def worker(given: Namespace) -> Answer:
    """Do what waits: until SIGTERM or SIGINT, or until nothing waits."""
    with wired() as wiring:
        loops = Loops(wiring.batch_session, wiring.desk, wiring.clock)
        if given.until_idle:
            loops.finish()
        else:
            _keep_working(loops)
    return Answer("Nothing waits." if given.until_idle else "Stopped.", {"idle": given.until_idle})


def _keep_working(loops: Loops) -> None:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    threads = loops.start(stop)
    stop.wait()
    for thread in threads:
        thread.join()


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
