"""Jobs of which one waits at a time: a try that failed never bars, and is never barred by, the next one."""

from sqlalchemy import text

from app.jobs import store
from app.kernel.errors import Permanent, Retriable
from app.wiring import Wiring
from tests.jobs import Once, failed, states, worker


def once_for_the_shop(app: Wiring) -> bool:
    with app.platform_session() as session, session.begin():
        return app.queue.defer(session, "tests.do", {"shop_id": 7}, lock="shop 7", once="shop 7")


def test_a_job_is_tried_again_although_another_with_its_key_was_queued_while_it_ran(wiring: Wiring) -> None:
    calls: list[int] = []

    def handler(*, shop_id: int) -> None:
        calls.append(shop_id)
        assert once_for_the_shop(wiring)
        raise Retriable("Shopify asks us to slow down.", after_seconds=1000)

    assert once_for_the_shop(wiring)
    assert worker(wiring, handler).run_due() == 1
    assert (calls, states(wiring)) == ([7], ["todo", "todo"])
    assert [failure.sentence for failure in failed(wiring)] == ["Shopify asks us to slow down."]


def test_the_job_of_a_dead_worker_is_put_back_although_another_with_its_key_waits(wiring: Wiring) -> None:
    assert once_for_the_shop(wiring)
    with wiring.platform_session() as session, session.begin():
        session.execute(text("select id from procrastinate_fetch_job_v2(null, null)"))
    assert once_for_the_shop(wiring)
    assert states(wiring) == ["doing", "todo"]
    handler = Once()
    assert worker(wiring, handler).run_due() == 2
    assert states(wiring) == []


def test_a_given_up_job_can_be_handed_back_although_another_with_its_key_waits(wiring: Wiring) -> None:
    once_for_the_shop(wiring)
    worker(wiring, Once(Permanent("not yet"))).run_due()
    (failure,) = failed(wiring)
    assert once_for_the_shop(wiring)
    with wiring.platform_session() as session, session.begin():
        store.hand_back(session, failure.id, shop_id=7)
    assert states(wiring) == ["todo", "todo"]
