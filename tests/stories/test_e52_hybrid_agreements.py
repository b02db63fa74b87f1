"""E52: a fixed fee, a percentage and a gift in one agreement; each posts its own ledger lines."""

import pytest
from sqlalchemy import text

from app.campaigns.model import RuleSpec
from app.commissions.awards import AwardKind
from app.flows.derive_awards import EveryDay
from app.flows.prove import prove
from app.wiring import Wiring
from tests.bodies import code, order
from tests.rooms.test_awards import given
from tests.rooms.test_awards import today as figures
from tests.world import INSTALLED, World

HYBRID = (
    RuleSpec("percent", {"rate": "0.12"}),
    RuleSpec("fixed_fee", {"amount": "300.00", "currency": "EUR", "every": "month"}),
    RuleSpec("bonus", {"on": "sign_up", "amount": "25.00", "currency": "EUR"}),
)


@pytest.fixture
def agreed(wiring: Wiring) -> World:
    """Mara joined on 1 January; nothing was derived since, as after a long outage."""
    world = World(wiring, rules=HYBRID, hold_days=0)
    world.creator("mara", "MARA10")
    return world


def a_day_passes(world: World) -> int:
    with world.wiring.batch_session() as session:
        return EveryDay()(session, [world.context], world.wiring.clock.now())


def borne(world: World) -> dict[str, int]:
    return {
        account: -minor for (_, account), minor in world.balances().items() if account.endswith("expense")
    }


def test_each_part_of_a_hybrid_agreement_has_its_own_lines(agreed: World) -> None:
    agreed.deliver("orders/create", order(codes=[code("MARA10")]))
    agreed.work()
    given(agreed, kind=AwardKind.GIFT, once="g", amount_minor=1800)
    assert a_day_passes(agreed) == 12
    assert borne(agreed) == {
        "commission_expense": 1200 + 2500,
        "fee_expense": 11 * 30_000,
        "gift_expense": 1800,
    }
    assert agreed.balances()["mara", "payable"] == 1200 + 2500 + 11 * 30_000
    assert a_day_passes(agreed) == 0
    with agreed.wiring.shop_session(agreed.shop_id) as session:
        lines = (
            session.execute(text("select distinct coalesce(award, 'order') from postings order by 1"))
            .scalars()
            .all()
        )
    assert [line for line in lines if not line.startswith("fixed_fee/")] == [
        "bonus/main/mara/once",
        "gift/main/mara/g",
        "order",
    ]
    assert sum(line.startswith("fixed_fee/main/mara/2026-") for line in lines) == 11
    agreed.roll_up()
    assert (figures(agreed).gifts_minor, figures(agreed).commission_minor) == (1800, 1200)
    with agreed.wiring.shop_session(agreed.shop_id) as session, agreed.wiring.batch_session() as again:
        assert prove(session, again, agreed.context, agreed.wiring.clock.now())["ok"]


def test_a_fee_of_new_terms_is_owed_from_its_day_on_and_earlier_months_keep_theirs(agreed: World) -> None:
    a_day_passes(agreed)
    before = borne(agreed)["fee_expense"]
    higher = RuleSpec("fixed_fee", {"amount": "400.00", "currency": "EUR", "every": "month"})
    agreed.offer((HYBRID[0], higher), agreed.wiring.clock.now())
    agreed.move_clock(days=31)
    assert a_day_passes(agreed) == 1
    assert borne(agreed)["fee_expense"] == before + 40_000


def test_terms_that_owe_less_for_the_past_take_back_the_difference(agreed: World) -> None:
    a_day_passes(agreed)
    agreed.offer((HYBRID[0], HYBRID[2]), INSTALLED)
    a_day_passes(agreed)
    assert borne(agreed) == {"commission_expense": 2500}
    agreed.roll_up()
    with agreed.wiring.shop_session(agreed.shop_id) as session, agreed.wiring.batch_session() as again:
        assert prove(session, again, agreed.context, agreed.wiring.clock.now())["ok"]
