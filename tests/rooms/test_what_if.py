from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.attribution.modelbook import NoSuchModel
from app.campaigns import store as campaigns
from app.campaigns.model import ConditionSpec, Discount, OfferTerms, RuleSpec
from app.flows.publish_offer import Publication, publish_offer
from app.flows.what_if import Difference, Differences, OtherModel, OtherTerms, what_if
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


def test_counters_begin_with_what_stands_and_go_on_by_the_other_terms(world: World) -> None:
    """Two orders a month at 10 %, every later one at 50 %: mara's third is the first that pays more."""
    steps = [{"from": "0", "rate": "0.1"}, {"from": "2", "rate": "0.5"}]
    rule = RuleSpec("tier", {"over": "month", "by": "orders", "steps": steps, "currency": "EUR"})
    world.deliver("orders/create", order(5, lines=[line(5, "10.00")], codes=[code("MARA10")]))
    world.work()
    terms = OfferTerms(30, Discount(percent=Decimal(10)), (rule,))
    assert asked(world, terms).creators["mara", "EUR"].would_minor == 900 + 250 + 500
    cap = RuleSpec("cap", {"per": "program", "amount": "10.00", "currency": "EUR"})
    capped = OfferTerms(30, Discount(), (RuleSpec("percent", {"rate": "0.12"}), cap))
    assert asked(world, capped).totals["EUR"].would_minor == 1000


def test_customers_and_countries_count_as_they_do_in_earnest(world: World) -> None:
    new = RuleSpec("percent", {"rate": "0.5"}, (ConditionSpec("customer", {"is": "new"}),))
    terms = OfferTerms(30, Discount(percent=Decimal(10)), (new, RuleSpec("percent", {"rate": "0.12"})))
    would = asked(world, terms)
    offer_all(world, terms)
    assert {handle: d.would_minor for (handle, _), d in would.creators.items()} == {
        handle: minor for (handle, account), minor in world.balances().items() if account == "pending"
    }


def offer_all(world: World, terms: OfferTerms) -> None:
    """Publish the terms for every order, and judge them again."""
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        program = campaigns.program(session, "main")
        first = campaigns.versions_of(session, program.id)[0].effective_from
        publication = Publication(terms, first, "all", reprice=True)
        publish_offer(session, world.wiring.desk, program, publication, actor="test", now=NOW)
    world.wiring.job_worker.run_due()
    world.work()


def test_two_codes_stay_with_the_larger_whatever_the_model(world: World) -> None:
    two, off = [code("MARA10"), code("THEO5")], [(0, "6.00"), (1, "4.00")]
    world.deliver("orders/create", order(5, lines=[line(5, "110.00", off=off)], codes=two))
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        found = what_if(session, OtherModel("linear"), SINCE, NOW)
    assert found.totals == {"EUR": Difference("EUR", 4, 0, 2820, 2820)}


def test_a_model_that_is_not_there_is_refused(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session, pytest.raises(NoSuchModel, match="'moon'"):
        what_if(session, OtherModel("moon"), SINCE, NOW)
