"""Mara's shop for the stories about the life of a conversion: orders that are hers, and what stands for each.

All stories of a module share one house. Each looks at orders of its own only, so none disturbs another; those
that move the clock or change the shop come last in their file and put it back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from app.flows.explain import explain
from app.kernel.ids import OrderId
from devstore.model import Shop
from devstore.order_model import DiscountRequest, LineRequest, Order, OrderRequest
from devstore.state import State
from devstore.verbs.place_order import place_order
from tests.databases import fresh_database
from tests.stories.house import House, open_house

Json = dict[str, Any]
CODE = "MARA10"
PATIENCE = timedelta(seconds=40)


@dataclass
class Life:
    """One house, Mara with her code, and the sentences that stories are made of."""

    house: House

    @property
    def state(self) -> State:
        return self.house.state

    @property
    def shop(self) -> Shop:
        return self.house.shop

    def line(self, price: str = "100.00", quantity: int = 1, **more: Any) -> LineRequest:
        variant = self.shop.product_by_handle("serum").variants[0].id
        return LineRequest(variant, quantity, Decimal(price), **more)

    def order(self, *lines: LineRequest, code: str | None = CODE, **more: Any) -> Order:
        """An order without tax and shipping to reckon with; Mara's code takes nothing off, and earns 12 %."""
        given = [DiscountRequest("discount_code", code, Decimal(0))] if code else []
        asked: Json = {"shipping": Decimal(0), "email": "noor@shopper.example"} | more
        request = OrderRequest(lines=list(lines) or [self.line()], discounts=given, **asked)
        return place_order(self.state, self.shop, request)

    def told(self, order: Order) -> Json:
        """What `explain` says now; nothing while the order has not arrived."""
        with self.house.wiring.shop_session(self.house.shop_id) as session:
            found = session.execute(text("select 1 from orders where id = :id"), {"id": order.id}).first()
            return explain(session, str(OrderId(order.id)), self.state.now) if found else {}

    def status(self, order: Order) -> str | None:
        return self.told(order).get("status")

    def stands(self, order: Order) -> tuple[int, int]:
        """(pending, payable) of the order in the ledger itself, in minor units."""
        with self.house.wiring.shop_session(self.house.shop_id) as session:
            row = session.execute(
                text(
                    "select coalesce(sum(case when credit = 'pending' then amount_minor "
                    "when debit = 'pending' then -amount_minor else 0 end), 0) as pending, "
                    "coalesce(sum(case when credit = 'payable' then amount_minor "
                    "when debit = 'payable' then -amount_minor else 0 end), 0) as payable "
                    "from postings where order_id = :id"
                ),
                {"id": order.id},
            ).one()
            return int(row.pending), int(row.payable)

    def comes_to(self, order: Order, pending: int, payable: int = 0, status: str | None = None) -> None:
        """Wait until the books and the record say so, and nothing is on its way that could change it."""
        assert self.house.devstore.courier.settle(20)
        self._until(lambda: self.stands(order) == (pending, payable), f"{order.name}: {pending}, {payable}")
        if status is not None:
            self._until(lambda: self.status(order) == status, f"{order.name}: {status}")

    def arrives(self, order: Order) -> None:
        """Wait until the order is known."""
        self._until(lambda: self.told(order), f"{order.name} in the books")

    def _until(self, holds: Callable[[], object], what: str) -> None:
        # Quiet first: what holds before the last event was taken may not hold after it.
        self.house.until(lambda: self.house.is_quiet() and holds(), what, PATIENCE)


@pytest.fixture(scope="module")
def life(postgres: URL, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """Lumen without taxes, Mara with MARA10 at 12 %, a hold of 30 days."""
    data = tmp_path_factory.mktemp("life")
    with fresh_database(postgres, template) as database, open_house(database, data) as house:
        house.shop.tax_rate = Decimal(0)
        house.set_terms()
        house.add_creator("Mara Lind", "mara", CODE)
        house.until(lambda: house.shop.redeem_code(CODE), f"the code {CODE} in Shopify", PATIENCE)
        yield Life(house)
