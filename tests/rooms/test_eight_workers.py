"""Eight workers at the same orders of the same shop end where one worker ends."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from app.db.faults import is_transient
from app.flows.drain_inbox import drain
from app.flows.mature import mature
from app.flows.prove import prove
from app.flows.rejudge import rejudge
from app.wiring import Wiring
from tests.conftest import NOW
from tests.lives import Item, Life, Sent
from tests.world import World

ORDERS, WORKERS = 25, 8


def histories(currency: str) -> list[Sent]:
    """Orders with codes of two creators; all are paid, some come back in part, some wholly, some are cancelled."""
    told: list[Sent] = []
    for n in range(ORDERS):
        items = {1: Item(1, 1999 + n, 3, 600, 3), 2: Item(2, 501, 2, 0, 2)}
        life = Life(
            1001 + n,
            currency,
            NOW - timedelta(days=2 * n),
            [["MARA10"], ["THEO5"], ["MARA10", "THEO5"]][n % 3],
            items,
        )
        told += life.created()
        life.pass_time(1)
        told += life.paid()
        if n % 2:
            life.pass_time(n % 3)
            told += life.refunded(n, {1: 1 + n % 3})
        if n % 5 == 0:
            told += life.cancel()
    return told


def shop(wiring: Wiring, name: str) -> World:
    made = World(wiring, domain=f"{name}.myshopify.com")
    made.creator("mara", "MARA10")
    made.creator("theo", "THEO5")
    return made


def worked_by_eight(world: World) -> None:
    now = world.wiring.clock.now()

    def work(_: int) -> int:
        done = 0
        with world.wiring.batch_session() as session:
            while True:
                try:
                    taken = drain(session, world.wiring.desk, now, most=7)
                    taken += rejudge(session, now) + mature(session, [world.context], now)
                except Exception as error:
                    if not is_transient(error):
                        raise
                    continue
                if not taken:
                    return done
                done += taken

    with ThreadPoolExecutor(WORKERS) as pool:
        assert sum(pool.map(work, range(WORKERS))) > 0


def test_eight_workers_at_one_shop_end_where_one_worker_ends(wiring: Wiring) -> None:
    straight, together = shop(wiring, "straight"), shop(wiring, "together")
    told = histories("EUR")
    for sent in told:
        straight.deliver(*sent)
    straight.work()
    shuffled = told * 3
    random.Random(8).shuffle(shuffled)  # noqa: S311 - a fixed shuffle, so that a failure comes again
    for sent in shuffled:
        together.deliver(*sent)
    worked_by_eight(together)
    together.roll_up()
    assert {state for state, _ in together.inbox()} == {"done"}
    assert together.balances() == straight.balances()
    assert together.balances()["mara", "payable"] > 0
    with wiring.shop_session(together.shop_id) as session, wiring.batch_session() as again:
        assert [
            c for c in prove(session, again, together.context, wiring.clock.now())["checks"] if not c["ok"]
        ] == []
