"""One contender of the replay in a process of its own, held to one core.

`python -m bench.replay_contend replay|floor URL DOMAIN [FOLDER]` prints one line of JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from sqlalchemy.engine import make_url

from app.db.fresh_schema import Fresh
from app.db.session import ShopSession
from app.db.snapshot import freeze
from app.flows.replay import PORTION
from app.flows.topics import ORDER_TOPICS
from app.inbox import store as inbox
from app.kernel.ids import ShopId
from app.reports.dump import Digest, dump
from app.shops.store import ShopContext, bring_over, contexts
from app.wiring import Wiring
from bench import replay_floor
from bench.stage import wiring

if TYPE_CHECKING:
    from collections.abc import Callable


def ours(wired: Wiring, live: ShopSession, fresh: Fresh, shop: ShopContext) -> int:
    """Everything from the inbox and the log into the fresh schema."""
    now = wired.clock.now()
    events, unreadable = wired.replayer.rebuild(live, fresh, shop, now, now=now)
    assert not unreadable
    return events


def copied(folder: Path, live: ShopSession, fresh: Fresh, shop: ShopContext) -> int:
    """The same events read, and finished rows copied."""
    with fresh.batch_session() as session, session.begin():
        session.admit([shop.id])
        bring_over(session, ShopId(shop.id))
    events = 0
    with fresh.batch_session() as session:
        for number, portion in enumerate(inbox.by_order(live, shop.domain, ORDER_TOPICS, PORTION)):
            events += len(portion)
            replay_floor.load(session, shop.id, folder, number)
    fresh.make_indexes()
    return events


def play(wired: Wiring, kind: str, domain: str, folder: Path | None) -> dict[str, Any]:
    with wired.platform_session() as session:
        shop = contexts(session, [domain])[domain]
    plays: dict[str, Callable[[ShopSession, Fresh], int]] = {
        "replay": lambda live, fresh: ours(wired, live, fresh, shop),
        "floor": lambda live, fresh: copied(folder or Path(), live, fresh, shop),
    }
    with wired.shop_session(ShopId(shop.id)) as live, wired.replayer.open_fresh() as fresh:
        freeze(live)
        cpu, start = time.process_time(), time.perf_counter()
        events = plays[kind](live, fresh)
        found = {
            "events": events,
            "seconds": time.perf_counter() - start,
            "cpu_seconds": time.process_time() - cpu,
        }
        start, digest = time.perf_counter(), Digest()
        with fresh.shop_session(ShopId(shop.id)) as again:
            for line in dump(again, wired.clock.now()):
                digest.take(line)
        found["dump_seconds"] = time.perf_counter() - start
        found["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if kind == "replay" and folder is not None:
            replay_floor.save(live, fresh, shop, folder)
    return found


def main() -> None:
    kind, url, domain, *rest = sys.argv[1:]
    psutil.Process().cpu_affinity([0])
    wired = wiring(make_url(url))
    with wired.engine.connect():  # Connecting and importing are not what is compared.
        pass
    print(json.dumps(play(wired, kind, domain, Path(rest[0]) if rest else None)))


if __name__ == "__main__":
    main()
