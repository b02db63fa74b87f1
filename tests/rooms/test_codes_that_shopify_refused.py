"""A code that Shopify refused to us is somebody else's discount: orders with it earn nobody anything until it is ours."""

from decimal import Decimal

import pytest
from sqlalchemy import text

from app.campaigns.model import Discount
from app.flows.issue_code import IssueCodes
from app.flows.prove import prove
from app.flows.rotate_code import retry
from app.kernel.clock import FixedClock
from app.tracking.add_code import add_code
from app.wiring import Wiring
from tests.bodies import Json, code, line, order
from tests.conftest import NOW
from tests.pretend_discounts import Shelf
from tests.world import INSTALLED, World


@pytest.fixture
def world(wiring: Wiring) -> World:
    """A connected shop with one creator, whose code MARA10 works."""
    made = World(wiring)
    made.offer(made.rules, INSTALLED, discount=Discount(percent=Decimal(10)))
    made.creator("mara", "MARA10")
    with wiring.shop_session(made.shop_id) as session, session.begin():
        session.execute(text("update shops set offline = false"))
    return made


@pytest.fixture
def shelf() -> Shelf:
    """A Shopify in which the merchant has a discount SUMMER of their own."""
    return Shelf(codes={"SUMMER": "sale"})


def bought(number: int, *used: str) -> Json:
    return order(number, lines=[line(off=[(0, "10.00")])], codes=[code(one) for one in used])


def give(world: World, asked_for: str) -> None:
    """A second code for mara, not in Shopify yet."""
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        number = session.execute(text("select id from enrollments")).scalar_one()
        add_code(session, number, asked_for, live=False, program="main", actor="staff", now=NOW)


def issue(world: World, shelf: Shelf) -> None:
    wiring, clock = world.wiring, FixedClock(NOW)
    job = IssueCodes(wiring.shop_session, lambda _: shelf, wiring.queue, clock, lambda _ms: None, clock)
    job(shop_id=world.shop_id, program_id=world.program_id)
    judge_again(world)


def judge_again(world: World) -> None:
    """The jobs that were queued for it."""
    (handler,) = (job.handler for job in world.wiring.jobs if job.name == "orders.reevaluate")
    taken = "delete from procrastinate_jobs where task_name = 'orders.reevaluate' returning args"
    with world.wiring.platform_session() as session, session.begin():
        queued = list(session.execute(text(taken)).scalars())
    for args in queued:
        handler(**args)
    world.work()


def credited(world: World) -> list[int]:
    with world.wiring.shop_session(world.shop_id) as session:
        wanted = "select order_id from credits where earned_minor > 0 order by 1"
        return list(session.execute(text(wanted)).scalars())


def the_books_agree(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session, world.wiring.batch_session() as again:
        checks = prove(session, again, world.context, NOW)["checks"]
    assert [check for check in checks if not check["ok"]] == []
    replayed = world.wiring.replayer(world.context, NOW, now=NOW)
    assert replayed.identical, replayed.compared.differences[:3]


def test_an_order_with_a_discount_of_the_merchants_own_credits_nobody(world: World, shelf: Shelf) -> None:
    give(world, "SUMMER")
    issue(world, shelf)
    world.deliver("orders/create", bought(1, "summer"))
    world.deliver("orders/create", bought(2, "MARA10"))
    world.work()
    assert credited(world) == [2]
    the_books_agree(world)


def test_an_order_that_came_before_the_refusal_is_judged_again(world: World, shelf: Shelf) -> None:
    give(world, "SUMMER")
    world.deliver("orders/create", bought(1, "SUMMER"))
    world.work()
    assert credited(world) == [1]
    issue(world, shelf)
    assert credited(world) == []
    assert ("mara", "pending") not in world.balances()
    the_books_agree(world)


def test_a_code_that_is_tried_again_and_made_counts_for_its_creator(world: World, shelf: Shelf) -> None:
    give(world, "SUMMER")
    issue(world, shelf)
    world.deliver("orders/create", bought(1, "SUMMER"))
    world.work()
    assert credited(world) == []
    shelf.codes.clear()
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        retry(session, world.wiring.desk, "SUMMER", actor="staff", now=NOW)
    issue(world, shelf)
    assert credited(world) == [1]
    the_books_agree(world)


def test_a_code_that_worked_and_is_gone_from_shopify_keeps_what_it_brought(
    world: World, shelf: Shelf
) -> None:
    give(world, "MARA-VIP")
    issue(world, shelf)
    world.deliver("orders/create", bought(1, "MARA-VIP"))
    world.work()
    shelf.codes.clear()
    shelf.terms.clear()
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text("update discount_nodes set terms_digest = 'old'"))
    issue(world, shelf)
    with world.wiring.shop_session(world.shop_id) as session:
        held = session.execute(text("select state, refused_at from codes where code = 'MARA-VIP'")).one()
    assert tuple(held) == ("failed", None)
    assert credited(world) == [1]
    the_books_agree(world)


def test_the_refusal_stands_in_the_log_once_with_its_reason(world: World, shelf: Shelf) -> None:
    give(world, "SUMMER")
    issue(world, shelf)
    issue(world, shelf)
    with world.wiring.shop_session(world.shop_id) as session:
        said = session.execute(
            text("select subject, actor, facts from decisions where kind = 'code.refused'")
        )
        ((subject, actor, facts),) = said.all()
    assert (subject, actor) == ("SUMMER", "shopify")
    assert facts["why"] == "The code 'SUMMER' already belongs to the discount 'title of sale' of this shop."
