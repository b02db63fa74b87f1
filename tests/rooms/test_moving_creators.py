"""A creator changes programs: each order is judged by the program in which the creator was when it was placed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.campaigns import store as campaigns
from app.campaigns.crediting import Crediting
from app.campaigns.model import Discount, OfferTerms, ProgramDraft, RuleSpec
from app.campaigns.publish import publish
from app.campaigns.put_program import put
from app.creators.enroll import enroll, pause
from app.creators.move import CannotMove
from app.creators.store import creator
from app.flows.assign import Part, assign
from app.flows.move_enrollment import WouldRejudge, move_by_handles
from app.flows.prove import prove
from app.flows.rotate_code import rotate_code
from app.jobs.queue import NoQueue
from app.kernel.change import Change
from app.kernel.errors import NotFound
from app.tracking.add_code import add_code
from app.wiring import Wiring
from tests.bodies import Json, code, line, order
from tests.conftest import NOW
from tests.credit_shop import CreditShop, credit_shop, visited
from tests.replaying import differences
from tests.world import INSTALLED

MOVED = NOW - timedelta(days=10)
BEFORE, AFTER = MOVED - timedelta(seconds=1), MOVED + timedelta(seconds=1)


def add_program(shop: CreditShop, handle: str, rate: str) -> None:
    rules = (RuleSpec("percent", {"rate": rate}),)
    how: Any = {"actor": "test", "now": INSTALLED}
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        put(session, ProgramDraft(handle, handle.title(), 30, 30), **how)
        publish(session, campaigns.program(session, handle), OfferTerms(30, Discount(), rules),
                effective_from=INSTALLED, reprice=True, notice_waived=True, **how)  # fmt: skip


@pytest.fixture
def shop(wiring: Wiring) -> CreditShop:
    """Main earns 12 %, gold 20 %; mara and theo are in main."""
    built = credit_shop(wiring)
    add_program(built, "gold", "0.20")
    return built


def move(shop: CreditShop, source: str, target: str, at: datetime, **more: Any) -> Change:
    how = {"reprice": True, "actor": "lea", "now": shop.wiring.clock.now(), **more}
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        return move_by_handles(session, NoQueue(), "mara", source=source, target=target, at=at, **how)


def bought(order_id: int, placed: datetime, *codes: str) -> Json:
    """100.00 of net sales."""
    lines = [line(1, "100.00", 1)]
    return order(order_id, lines=lines, codes=[code(c) for c in codes or ("MARA10",)], placed=placed)


def earned(shop: CreditShop, *orders: int) -> list[tuple[str, int]]:
    """(program, minor units) of each order's only credit."""
    told = [shop.told(number) for number in orders]
    return [(t["offers"][0]["program"], t["credits"][0]["commission"]["minor"]) for t in told]


def pending(shop: CreditShop) -> int:
    return shop.balances()["mara", "pending"]


def test_old_orders_keep_the_old_rate_new_ones_get_the_new_and_back(shop: CreditShop) -> None:
    move(shop, "main", "gold", MOVED)
    move(shop, "gold", "main", MOVED + timedelta(days=2))
    days = [BEFORE, MOVED, AFTER, MOVED + timedelta(days=2), NOW - timedelta(hours=1)]
    for number, placed in reversed(list(enumerate(days, 1001))):  # The newest is delivered first.
        shop.deliver("orders/create", bought(number, placed))
    shop.work()
    assert earned(shop, 1001, 1002, 1003, 1004, 1005) == [
        ("main", 1200), ("gold", 2000), ("gold", 2000), ("main", 1200), ("main", 1200),
    ]  # fmt: skip
    assert differences(shop) == []


def test_a_move_as_of_a_day_gone_by_posts_the_difference_and_moving_back_returns_it(shop: CreditShop) -> None:
    shop.deliver("orders/create", bought(1001, BEFORE))
    shop.deliver("orders/create", bought(1002, AFTER))
    shop.work()
    assert pending(shop) == 2400
    move(shop, "main", "gold", MOVED)
    shop.judge_again([1001, 1002])
    assert pending(shop) == 3200
    assert differences(shop) == []
    move(shop, "gold", "main", MOVED)
    shop.judge_again([1001, 1002])
    assert pending(shop) == 2400
    assert differences(shop) == []
    with shop.wiring.shop_session(shop.shop_id) as session, shop.wiring.batch_session() as again:
        assert [c for c in prove(session, again, shop.context, NOW)["checks"] if not c["ok"]] == []


def test_the_orders_of_a_day_gone_by_are_asked_about_and_counted(shop: CreditShop) -> None:
    for number in (1001, 1002):
        shop.deliver("orders/create", bought(number, AFTER))
    shop.deliver("orders/create", bought(1003, BEFORE))
    shop.work()
    with pytest.raises(WouldRejudge, match="would price 2 orders again that were placed since"):
        move(shop, "main", "gold", MOVED, reprice=False)
    with shop.wiring.shop_session(shop.shop_id) as session:
        assert creator(session, "mara").moves == ()
    assert move(shop, "main", "gold", NOW, reprice=False) is Change.CHANGED


def test_links_and_clicks_go_along_by_when_the_order_was_placed(shop: CreditShop) -> None:
    shop.click("mara", BEFORE - timedelta(days=1))
    move(shop, "main", "gold", MOVED)
    for number, placed in ((1001, BEFORE), (1002, AFTER)):
        shop.deliver("orders/create", visited(number, lines=[line(1, "100.00", 1)], placed=placed))
    landed = order(1003, lines=[line(1, "100.00", 1)], placed=AFTER, landing_site="/?ref=mara")
    shop.deliver("orders/create", landed)
    shop.work()
    assert earned(shop, 1001, 1002, 1003) == [("main", 1200), ("gold", 2000), ("gold", 2000)]
    assert differences(shop) == []


def test_a_bound_customer_goes_along(shop: CreditShop) -> None:
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        for handle in ("main", "gold"):
            draft = ProgramDraft(handle, handle.title(), 30, 30, Crediting(binding_days=None))
            put(session, draft, actor="test", now=INSTALLED)
    move(shop, "main", "gold", MOVED)
    customer: Any = {"customer": {"id": 77}, "lines": [line(1, "100.00", 1)]}
    first = order(1001, codes=[code("MARA10")], placed=BEFORE, **customer)
    later = order(1002, placed=AFTER, **customer)
    for body in (later, first):
        shop.deliver("orders/create", body)
    shop.work()
    assert earned(shop, 1001, 1002) == [("main", 1200), ("gold", 2000)]
    assert differences(shop) == []


def test_a_code_replaced_after_the_move_is_of_the_program_they_are_in_now(shop: CreditShop) -> None:
    move(shop, "main", "gold", MOVED)
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        rotate_code(session, shop.wiring.desk, "MARA10", new="MARA-SAFE", at=None, actor="lea", now=NOW)
    shop.deliver("orders/create", bought(1001, NOW, "MARA-SAFE"))
    shop.work()
    assert earned(shop, 1001) == [("gold", 2000)]
    assert differences(shop) == []


def test_an_order_assigned_by_hand_counts_for_the_program_of_its_day(shop: CreditShop) -> None:
    move(shop, "main", "gold", MOVED)
    for number, placed in ((1001, BEFORE), (1002, AFTER)):
        shop.deliver("orders/create", bought(number, placed, "THEO5"))
    shop.work()
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        for reference in ("1001", "1002"):
            assign(session, reference, [Part("mara")], reason="she told them", actor="lea", now=NOW)
    shop.work()
    assert earned(shop, 1001, 1002) == [("main", 1200), ("gold", 2000)]
    assert differences(shop) == []


def test_asked_twice_it_happens_once_and_stands_in_the_log(shop: CreditShop) -> None:
    assert [move(shop, "main", "gold", MOVED) for _ in range(2)] == [Change.CHANGED, Change.UNCHANGED]
    with shop.wiring.shop_session(shop.shop_id) as session:
        rows = session.execute(
            text("select subject, actor, facts from decisions where kind = 'enrollment.moved'")
        )
        assert [tuple(row) for row in rows] == [
            ("mara", "lea", {"from": "main", "program": "gold", "at": MOVED.isoformat()})
        ]  # fmt: skip


def test_moves_that_contradict_each_other_are_refused(shop: CreditShop) -> None:
    add_program(shop, "silver", "0.15")
    with pytest.raises(CannotMove, match="it is the same program"):
        move(shop, "main", "main", MOVED)
    with pytest.raises(NotFound, match="not in that program"):
        move(shop, "silver", "gold", MOVED)
    move(shop, "main", "gold", MOVED)
    with pytest.raises(CannotMove, match="they left 'main' at"):
        move(shop, "main", "silver", AFTER)
    with pytest.raises(CannotMove, match="lies before their last move"):
        move(shop, "gold", "silver", BEFORE)
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        gold = campaigns.program(session, "gold")
        pause(session, creator(session, "mara"), program_id=gold.id, program="gold", actor="lea", now=NOW)
    with pytest.raises(CannotMove, match="they are paused there"):
        move(shop, "gold", "main", NOW)


@pytest.mark.parametrize("given_after", [False, True])
def test_what_is_given_to_a_program_after_its_creator_left_stays_there(
    shop: CreditShop, *, given_after: bool
) -> None:
    """Mara holds a second code in gold; she moves gold to main; a code given to gold before or after goes along or not."""
    how: Any = {"live": True, "program": "gold", "actor": "test"}
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        gold = campaigns.program(session, "gold")
        mara = creator(session, "mara")
        place, _ = enroll(session, mara, program_id=gold.id, program="gold", actor="test", now=INSTALLED)
        if not given_after:
            add_code(session, place.id, "GOLDEN", now=INSTALLED, **how)
    move(shop, "gold", "main", MOVED)
    if given_after:
        with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
            add_code(session, place.id, "GOLDEN", now=NOW + timedelta(seconds=1), **how)
    shop.deliver("orders/create", bought(1001, AFTER, "GOLDEN"))
    shop.work()
    if given_after:
        assert shop.told()["reason_code"] == "paused"
    else:
        assert earned(shop, 1001) == [("main", 1200)]
    assert differences(shop) == []
