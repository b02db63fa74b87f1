"""One contender of the batch path in a process of its own, so that its memory and its CPU are its alone.

`python -m bench.contend KIND URL [FOLDER | MOST]` prints one line of JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from app.flows.work import Loops
from app.kernel.garbage import seldom_collected
from app.wiring import Wiring
from bench import floor, orm
from bench.stage import wiring

if TYPE_CHECKING:
    from collections.abc import Callable


def ours(wired: Wiring) -> None:
    """Everything from the inbox into the ledger, and the rollups after it."""
    loops = Loops(wired.batch_session, wired.desk, wired.clock)
    loops.drain_all()
    while loops.roll_up():
        pass


def main() -> None:
    kind, url, *rest = sys.argv[1:]
    wired = wiring(make_url(url))
    with wired.engine.connect():  # Connecting and importing are not what is compared.
        pass
    plays: dict[str, Callable[[], object]] = {
        "ours": lambda: ours(wired),
        "floor": lambda: floor.play(wired, Path(rest[0])),
        "orm": lambda: orm.play(wired, int(rest[0])),
    }
    cpu, start = time.process_time(), time.perf_counter()
    with seldom_collected():  # As `tribute worker` does; the others gain by it too.
        plays[kind]()
    found = {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time() - cpu,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
