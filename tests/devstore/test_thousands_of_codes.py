"""E7 in number: thousands of codes by one job, killed on the way, each in Shopify once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from sqlalchemy import text

from app.campaigns import store as campaigns
from app.flows.code_run import Run
from app.kernel.ids import ProgramId
from app.reports.offers import CodesUnderWay, codes_under_way
from app.shopify.discounts import BulkStatus, Created, FoundCode
from app.shopify.shop_discounts import ShopDiscounts, Terms
from app.shops.model import ShopRecord
from app.wiring import Wiring
from devstore.model import Shop
from devstore.state import State
from devstore.verbs.discounts import create_discount
from tests.devstore.test_issuing_codes import app, record, wants
from tests.pretend_discounts import Killed

__all__ = ["app", "record"]
NUMBER = 2_050
"""The last portion is a small one: what was asked for when the process ended is looked up code by code."""
MORE = """
    insert into codes (shop_id, enrollment_id, code, folded, state, created_at)
    select :shop, (select min(id) from enrollments), 'MARA-' || n, 'MARA-' || n, 'waiting', :now
    from generate_series(2, :number) n
"""


@dataclass
class Mortal:
    """The shop's discounts; the process ends before or after the calls of these numbers."""

    real: ShopDiscounts
    before: set[int] = field(default_factory=set)
    after: set[int] = field(default_factory=set)
    calls: list[int] = field(default_factory=list)
    """How many codes each call asked for."""

    def find_code(self, code: str) -> FoundCode | None:
        return self.real.find_code(code)

    def create_discount(self, terms: Terms, first_code: str) -> Created:
        return self.real.create_discount(terms, first_code)

    def update_discount(self, discount_gid: str, terms: Terms, named: Mapping[str, Sequence[str]]) -> None:
        self.real.update_discount(discount_gid, terms, named)

    def delete_discount(self, discount_gid: str) -> None:
        self.real.delete_discount(discount_gid)

    def deactivate(self, discount_gid: str) -> None:
        self.real.deactivate(discount_gid)

    def remove_codes(self, discount_gid: str, redeem_code_gids: Sequence[str]) -> None:
        self.real.remove_codes(discount_gid, redeem_code_gids)

    def bulk_status(self, bulk_gid: str) -> BulkStatus:
        return self.real.bulk_status(bulk_gid)

    def add_codes(self, discount_gid: str, codes: Sequence[str]) -> str:
        self.calls.append(len(codes))
        if len(self.calls) in self.before:
            raise Killed
        answer = self.real.add_codes(discount_gid, codes)
        if len(self.calls) in self.after:
            raise Killed
        return answer


@dataclass
class Scene:
    app: Wiring
    record: ShopRecord
    program: ProgramId

    def run(self, shopify: Mortal) -> bool:
        app = self.app
        run = Run(
            self.record.id, self.program, shopify, app.shop_session, app.queue, app.clock, lambda _ms: None
        )
        return run.go()

    def progress(self) -> CodesUnderWay | None:
        with self.app.shop_session(self.record.id) as session:
            return codes_under_way(session, self.program)

    def states(self) -> Counter[str]:
        with self.app.shop_session(self.record.id) as session:
            return Counter(session.scalars(text("select state from codes")))


@pytest.fixture
def scene(app: Wiring, record: ShopRecord, state: State) -> Scene:
    wants(app, record, "MARA-1")
    with app.shop_session(record.id) as session, session.begin():
        session.execute(text(MORE), {"shop": record.id, "now": app.clock.now(), "number": NUMBER})
        program = campaigns.program(session, "main").id
    return Scene(app, record, program)


def carried(shop: Shop) -> Counter[str]:
    return Counter(
        redeem.code for one in shop.discounts.values() if one.title == "Tribute: Main" for redeem in one.codes
    )


def test_thousands_of_codes_survive_kills_and_each_is_made_once(
    scene: Scene, shop: Shop, state: State
) -> None:
    create_discount(state, shop, title="Summer", value=Decimal(5), code="mara-77")
    mortal = Mortal(scene.app.shop_discounts(scene.record.id), before={9}, after={10})
    for _ in range(2):
        with pytest.raises(Killed):
            scene.run(mortal)
        under_way = scene.progress()
        assert under_way is not None
        assert under_way.total == NUMBER
    while not scene.run(mortal):
        pass
    assert scene.states() == {"active": NUMBER - 1, "failed": 1}
    assert scene.progress() == CodesUnderWay(done=0, failed=1, total=0)
    made = carried(shop)
    assert (len(made), set(made.values())) == (NUMBER - 1, {1})
    assert max(mortal.calls) == 250
    with scene.app.shop_session(scene.record.id) as session:
        why = session.scalars(text("select failure from codes where folded = 'MARA-77'")).one()
    assert why == "The code 'MARA-77' already belongs to the discount 'Summer' of this shop."
