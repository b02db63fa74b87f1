"""A dry run says what publishing for the same days then does: for every kind of rule and condition."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from app.campaigns import store as campaigns
from app.campaigns.model import Base, Discount, OfferTerms, RuleSpec
from app.commissions.rulebook import CONDITIONS, KINDS
from app.creators import store as creators
from app.creators.recruit import recruit
from app.flows.dry_run import dry_run
from app.flows.what_if import OtherTerms, what_if
from app.wiring import Wiring
from tests.bodies import code, line, order, refund
from tests.conftest import NOW
from tests.pure.pricing import percent, rule, when
from tests.world import World

START = datetime(2026, 1, 1, tzinfo=UTC)
STEPS = [{"from": "0", "rate": "0.05"}, {"from": "2", "rate": "0.15"}]
WORTH = [{"from": "0", "rate": "0.05"}, {"from": "80.00", "rate": "0.15"}]
TWELVE = percent("0.12")
EUR = {"currency": "EUR"}


def cap(per: str, amount: str) -> RuleSpec:
    return rule("cap", per=per, amount=amount, **EUR)


OFFERS: dict[str, tuple[RuleSpec, ...]] = {
    "percent": (percent("0.333333"),),
    "flat": (rule("flat", amount="5.01", **EUR),),
    "per_item": (rule("per_item", amount="2.50", **EUR),),
    "bracket": (rule("bracket", steps=WORTH, **EUR),),
    "tier by orders": (rule("tier", over="month", by="orders", steps=STEPS, **EUR),),
    "tier by sales": (rule("tier", over="lifetime", by="net_sales", steps=WORTH, **EUR),),
    "bonus for a first sale": (TWELVE, rule("bonus", on="first_sale", amount="7.00", **EUR)),
    "bonus for a target": (TWELVE, rule("bonus", on="every", amount="7.00", by="orders", over="month", target="2", **EUR)),
    "second_level of sales": (TWELVE, rule("second_level", rate="0.03", of="net_sales")),
    "second_level of commission": (TWELVE, rule("second_level", rate="0.5", of="commission"), cap("program", "31.00")),
    "renewals": (TWELVE, rule("renewals", earn="off")),
    "renewals for a while": (TWELVE, rule("renewals", earn="first", count=1)),
    "cap": (TWELVE, cap("order", "9.00"), cap("day", "11.00"), cap("month", "20.00"), cap("creator", "25.00")),
    "what is paid without an order": (
        TWELVE, rule("per_click", amount="0.10", **EUR), rule("per_lead", amount="1.00", **EUR),
        rule("fixed_fee", amount="3.00", every="once", **EUR),
    ),
    "variant": (percent("0.5", when("variant", ids=["22"])), TWELVE),
    "product": (percent("0.5", when("product", ids=["11"])), TWELVE),
    "collection": (percent("0.5", when("collection", ids=["7"])), TWELVE),
    "tag": (percent("0.5", when("tag", tags=["Summer"])), TWELVE),
    "vendor": (percent("0.5", when("vendor", vendors=["acme"])), TWELVE),
    "country": (percent("0.5", when("country", countries=["DE"])), TWELVE),
    "customer": (percent("0.5", when("customer", is_="new")), TWELVE),
    "brought_by": (percent("0.5", when("brought_by", by="code", names=["mara10"])), TWELVE),
    "order_value": (percent("0.5", when("order_value", from_="80.00", **EUR)), TWELVE),
    "channel": (percent("0.5", when("channel", channels=["pos"])), TWELVE),
}  # fmt: skip
BASES = {
    "shipping and tax": Base(tax=True, shipping=True),
    "left out": Base(discount=True, products=("13",), collections=("7",), channels=("pos",)),
}


@pytest.fixture
def world(wiring: Wiring) -> World:
    """Mara, whom Theo recruited, and Theo, with orders of every sort; at 12 %, and none of it is capped."""
    made = World(wiring)
    made.creator("mara", "MARA10")
    made.creator("theo", "THEO5")
    with wiring.shop_session(made.shop_id) as session, session.begin():
        pair = creators.creator(session, "mara"), creators.creator(session, "theo")
        recruit(session, *pair, program_id=made.program_id, program="main", actor="test", now=NOW)
    product = {"id": 11, "tags": ["summer"], "collections": ["7"]}
    made.deliver("catalog/reread", {"read_at": START.isoformat(), "products": [product]})
    mara, theo = {"codes": [code("MARA10")]}, {"codes": [code("THEO5")]}
    sold: list[dict[str, Any]] = [
        {"lines": [line(1, "90.00") | {"vendor": "Acme"}, line(2, "33.33", 3)], "customer": {"id": 1}, **mara},
        {"lines": [line(2, "25.00", 2)], "customer": {"id": 1}, "shipping_address": {"country_code": "DE"}, **mara},
        {"lines": [line(3, "20.05", taxes=["3.20"])], "taxes_included": True, "customer": {"id": 2}, **theo},
        {"lines": [line(1, "70.00", off=[(0, "7.07")])], "source_name": "pos", "customer": None, **mara},
        {"lines": [line(3, "40.00"), line(2, "1.01")], "source_name": "subscription_contract",
         "customer": {"id": 1}, **mara},
        {"lines": [line(1, "10.00"), line(3, "80.00")], "cancelled_at": NOW.isoformat(), "customer": {"id": 3}, **theo},
        {"lines": [line(2, "66.66", off=[(0, "3.00"), (1, "3.00")])], "codes": [code("THEO5"), code("MARA10")]},
    ]  # fmt: skip
    for number, how in enumerate(sold):
        placed = NOW - timedelta(days=40 - 5 * number, hours=number)
        made.deliver("orders/create", order(1 + number, placed=placed, **how))
    made.deliver("refunds/create", refund(9, 1, (2, 1), at=NOW))
    made.work()
    return made


def terms(rules: tuple[RuleSpec, ...], base: Base | None = None) -> OfferTerms:
    return OfferTerms(30, Discount(percent=Decimal(10)), rules, base=base or Base())


def test_a_dry_run_says_what_publishing_then_does(world: World) -> None:
    kinds = {r.kind for rules in OFFERS.values() for r in rules}
    conditions = {c.kind for rules in OFFERS.values() for r in rules for c in r.when}
    assert (kinds, conditions) == ({*KINDS}, {*CONDITIONS})
    tried = {name: terms(rules) for name, rules in OFFERS.items()}
    tried |= {name: terms((TWELVE,), base) for name, base in BASES.items()}
    at_12, unmoved = commissions(world), set()
    for name, offered in tried.items():
        would, of_replay = both(world, offered)
        assert would == of_replay, name
        publish(world, offered)
        assert commissions(world) == would, name
        unmoved |= {name} if would == at_12 else set()
    assert unmoved == {"renewals for a while", "what is paid without an order"}


def both(world: World, offered: OfferTerms) -> tuple[dict[str, int], dict[str, int]]:
    """Minor units by creator: as the editor's dry run tells, and as `tribute replay --offer` does."""
    with world.wiring.shop_session(world.shop_id) as session:
        program = campaigns.program(session, "main")
        trial = dry_run(session, program, offered, timezone="Europe/Amsterdam", now=NOW)
        replayed = what_if(session, OtherTerms("main", offered), START, datetime(9999, 1, 1, tzinfo=UTC))
    return paid(trial.differences.creators), paid(replayed.creators)


def paid(creators_: Mapping[tuple[str, str], Any]) -> dict[str, int]:
    return {handle: d.would_minor for (handle, _), d in creators_.items()}


def publish(world: World, offered: OfferTerms) -> None:
    """For every order there is, and judge them again; past the door that refuses caps which are used up."""
    world.offer(offered.rules, START, base=offered.base)
    world.judge_again(range(1, 8))


def commissions(world: World) -> dict[str, int]:
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.execute(
            text(
                "select k.handle, cast(sum(c.commission_minor) as bigint) as minor from credits c "
                "join creators k on k.shop_id = c.shop_id and k.id = c.creator_id group by 1"
            )
        )
        return {r.handle: int(r.minor) for r in rows}
