"""An order and the visit before it come in at the same instant: whichever is first, the order is credited."""

import threading
from collections.abc import Callable

from sqlalchemy import event, text

from app.db.session import BatchSession
from app.flows.drain_inbox import drain
from app.flows.load_clicks import store
from app.tracking.spool.record import Visited
from app.tracking.token import ClickToken, token_keys, write
from app.wiring import Wiring
from tests.bodies import order
from tests.credit_shop import PLACED, CreditShop

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
WAITING = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")


def visit(shop: CreditShop) -> Visited:
    with shop.wiring.shop_session(shop.shop_id) as session:
        link = session.scalar(text("select id from links where slug = 'mara'"))
    return Visited(shop.shop_id, link, 77, PLACED, ("aa" * 16, "bb" * 16), PHONE)


def deliver(shop: CreditShop, told: Visited) -> None:
    token = write(
        ClickToken(told.shop_id, told.link_id, told.at, told.click_id),
        token_keys(shop.wiring.settings.secret_keys)[0],
    )
    shop.deliver("orders/create", order(1001, landing_site=f"/?tribute_click={token}"))


class Held:
    """A session that stands still before it commits, until it is let go."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.stands, self.let_go = threading.Event(), threading.Event()

    def __call__(self) -> BatchSession:
        session = self.wiring.batch_session()
        event.listen(session, "before_commit", self._wait)
        return session

    def _wait(self, _: BatchSession) -> None:
        self.stands.set()
        self.let_go.wait(20)


def at_once(
    wiring: Wiring, first: Callable[[Callable[[], BatchSession]], object], second: Callable[[], object]
) -> bool:
    """Do the second while the first is about to commit; whether the second came to wait for it."""
    held = Held(wiring)
    threads = [threading.Thread(target=first, args=(held,)), threading.Thread(target=second)]
    threads[0].start()
    assert held.stands.wait(20)
    threads[1].start()
    waited = waits(wiring, threads[1])
    held.let_go.set()
    for thread in threads:
        thread.join(20)
    return waited


def waits(wiring: Wiring, thread: threading.Thread) -> bool:
    """Whether the thread comes to stand before a lock, rather than to its end."""
    pause = threading.Event()
    while thread.is_alive():
        with wiring.platform_session() as session:
            if session.scalar(WAITING):
                return True
        pause.wait(0.02)
    return False


def test_an_order_that_comes_while_its_visit_is_stored_is_credited(wiring: Wiring, shop: CreditShop) -> None:
    told = visit(shop)
    deliver(shop, told)
    assert at_once(wiring, lambda held: store(held, [told]), shop.work)
    shop.work()
    assert shop.credited() == {"mara": "1"}


def test_an_order_whose_visit_is_stored_while_it_is_judged_is_credited(
    wiring: Wiring, shop: CreditShop
) -> None:
    told = visit(shop)
    deliver(shop, told)

    def judge(held: Callable[[], BatchSession]) -> None:
        with held() as session:
            drain(session, wiring.desk, wiring.clock.now())

    assert at_once(wiring, judge, lambda: store(wiring.batch_session, [told]))
    shop.work()
    assert shop.credited() == {"mara": "1"}
