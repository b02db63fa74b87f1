from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.campaigns.model import Discount, OfferTerms, RuleSpec
from app.flows.what_if import Difference, Differences, OtherTerms, what_if
from app.kernel.errors import NotFound
from app.wiring import Wiring
from tests.bodies import code, line, order, refund
from tests.conftest import NOW
from tests.world import World

SINCE = NOW - timedelta(days=90)


def percent(rate: str) -> OfferTerms:
    return OfferTerms(30, Discount(percent=Decimal(10)), (RuleSpec("percent", {"rate": rate}),))


@pytest.fixture
def world(wiring: Wiring) -> World:
    """mara sold 90.00 and, of 50.00, kept 25.00 after a refund; theo sold 20.00. All at 12 %."""
    made = World(wiring)
    made.creator("mara", "MARA10")
    made.creator("theo", "THEO5")
    made.deliver("orders/create", order(1, lines=[line(1, "90.00")], codes=[code("MARA10")]))
    made.deliver("orders/create", order(2, lines=[line(2, "25.00", 2)], codes=[code("MARA10")]))
    made.deliver("refunds/create", refund(9, 2, (2, 1), at=NOW))
    made.deliver("orders/create", order(3, lines=[line(3, "20.00")], codes=[code("THEO5")]))
    made.deliver("orders/create", order(4, lines=[line(4, "70.00")], codes=[code("NOBODYS")]))
    made.work()
    return made


def asked(world: World, terms: OfferTerms, since: datetime = SINCE, until: datetime = NOW) -> Differences:
    with world.wiring.shop_session(world.shop_id) as session:
        return what_if(session, OtherTerms("main", terms), since, until)


def test_other_terms_tell_what_each_creator_would_have_been_paid(world: World) -> None:
    found = asked(world, percent("0.20"))
    assert found.totals == {"EUR": Difference("EUR", 3, 3, 1620, 2700)}
    assert found.creators == {
        ("mara", "EUR"): Difference("EUR", 2, 2, 1380, 2300),
        ("theo", "EUR"): Difference("EUR", 1, 1, 240, 400),
    }
    assert found.totals["EUR"].more_minor == 1080


def test_the_same_terms_would_have_paid_the_same(world: World) -> None:
    found = asked(world, percent("0.12"))
    assert found.totals == {"EUR": Difference("EUR", 3, 0, 1620, 1620)}


def test_only_orders_placed_in_the_time_asked_about_count(world: World) -> None:
    assert asked(world, percent("0.20"), until=NOW - timedelta(days=1)).totals == {}
    assert asked(world, percent("0.20"), since=NOW).totals == {}


def test_asking_writes_nothing(world: World) -> None:
    before = world.balances()
    asked(world, percent("0.20"))
    world.work()
    assert world.balances() == before


def test_a_program_that_is_not_there_is_refused(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session, pytest.raises(NotFound, match="'none'"):
        what_if(session, OtherTerms("none", percent("0.2")), SINCE, datetime(2027, 1, 1, tzinfo=UTC))
