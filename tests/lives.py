"""The life of an order as Shopify has it: every verb changes its state and says what would be sent."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.flows.order_to_ledger import REREAD_TOPIC
from app.kernel.currency import major_units
from tests.bodies import Json, bag, code, line, order, refund

Sent = tuple[str, Json]


@dataclass(frozen=True)
class Item:
    """One line: units ordered, left and returned; amounts in minor units."""

    id: int
    price: int
    ordered: int
    off: int
    left: int
    returned: int = 0


@dataclass
class Life:
    """One order. `at` is Shopify's clock of its last change; some changes share a second on purpose."""

    order_id: int
    currency: str
    placed: datetime
    codes: list[str]
    items: dict[int, Item]
    status: str = "pending"
    cancelled: bool = False
    refunds: list[Json] = field(default_factory=list)
    disputes: int = 0
    received: int = 0
    """What came in of a payment in parts, in minor units."""
    at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.at = self.placed

    @property
    def is_gone(self) -> bool:
        """Whether nothing is left that could earn."""
        return self.cancelled or all(min(i.left, i.ordered - i.returned) == 0 for i in self.items.values())

    @property
    def total(self) -> int:
        """What stands after edits and refunds."""
        return sum(
            i.price * min(i.left, i.ordered - i.returned) - (i.off if self.codes else 0) * i.left // i.ordered
            for i in self.items.values()
        )

    def money(self, minor: int) -> str:
        return str(major_units(minor, self.currency))

    def body(self) -> Json:
        money = self.money
        lines = [
            line(
                i.id,
                money(i.price),
                i.ordered,
                currency=self.currency,
                current=i.left,
                off=[(0, money(i.off))],
            )
            for i in self.items.values()
        ]
        for item in lines:
            item["discount_allocations"] = item["discount_allocations"] if self.codes else []
        return order(
            self.order_id,
            lines=lines,
            codes=[code(c) for c in self.codes],
            placed=self.placed,
            updated=self.at,
            currency=self.currency,
            financial_status=self.status,
            refunds=list(self.refunds),
            cancelled_at=self.at.isoformat() if self.cancelled else None,
            current_total_price_set=bag(money(self.total), self.currency),
            total_price_set=bag(
                money(sum(i.price * i.ordered - i.off for i in self.items.values())), self.currency
            ),
        )

    def pass_time(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    def created(self) -> list[Sent]:
        return [("orders/create", self.body())]

    def paid(self) -> list[Sent]:
        self.status = "paid"
        return [("orders/paid", self.body()), ("orders/updated", self.body())]

    def paid_in_part(self, share: int) -> list[Sent]:
        """One `share`th of what the order costs comes in; nothing once all of it was paid.

        The webhook does not tell how much; GraphQL does, and it is asked in the same second.
        """
        if self.status == "paid":
            return self.touched()
        self.status = "partially_paid"
        self.received += self.total // share
        told = [("orders/updated", self.body()), (REREAD_TOPIC, self.answer())]
        self.pass_time(1)  # What comes next comes after it, also within the clock's one second.
        return told

    def answer(self) -> Json:
        """The order as GraphQL has it; refunds have an event of their own."""

        def bag_of(minor: int) -> Json:
            return {"shopMoney": {"amount": self.money(minor), "currencyCode": self.currency}}

        applied = [
            {"__typename": "DiscountCodeApplication", "index": n, "code": text}
            for n, text in enumerate(self.codes)
        ]
        return {
            "id": f"gid://shopify/Order/{self.order_id}",
            "name": f"#{self.order_id}",
            "createdAt": self.placed.isoformat(),
            "updatedAt": self.at.isoformat(),
            "cancelledAt": self.at.isoformat() if self.cancelled else None,
            "test": False,
            "currencyCode": self.currency,
            "taxesIncluded": False,
            "sourceName": "web",
            "displayFinancialStatus": "PARTIALLY_PAID",
            "totalPriceSet": bag_of(sum(i.price * i.ordered - i.off for i in self.items.values())),
            "currentTotalPriceSet": bag_of(self.total),
            "discountApplications": {"nodes": applied},
            "lineItems": {"nodes": [self._line_of(i, bag_of) for i in self.items.values()]},
            "transactions": [
                {
                    "kind": "SALE",
                    "status": "SUCCESS",
                    "processedAt": self.at.isoformat(),
                    "amountSet": bag_of(self.received),
                }
            ],
        }

    def _line_of(self, item: Item, bag_of: Callable[[int], Json]) -> Json:
        part = {"allocatedAmountSet": bag_of(item.off), "discountApplication": {"index": 0}}
        return {
            "id": f"gid://shopify/LineItem/{item.id}",
            "title": f"Product {item.id}",
            "quantity": item.ordered,
            "currentQuantity": item.left,
            "isGiftCard": False,
            "originalUnitPriceSet": bag_of(item.price),
            "discountAllocations": [part] if self.codes else [],
        }

    def edited(self, line_id: int, left: int) -> list[Sent]:
        item = self.items[line_id]
        self.items[line_id] = replace(item, left=min(left, item.ordered - item.returned))
        return [("orders/updated", self.body())]

    def refunded(self, refund_id: int, units: dict[int, int]) -> list[Sent]:
        for line_id, wanted in units.items():
            item = self.items[line_id]
            back = min(wanted, item.ordered - item.returned)
            left = min(item.left, item.ordered - item.returned - back)
            self.items[line_id] = replace(item, returned=item.returned + back, left=left)
            units[line_id] = back
        self.refunds.append(refund(refund_id, self.order_id, *sorted(units.items()), at=self.at))
        return [("refunds/create", self.refunds[-1]), ("orders/updated", self.body())]

    def cancel(self) -> list[Sent]:
        self.cancelled = True
        return [("orders/cancelled", self.body()), ("orders/updated", self.body())]

    def reopen(self) -> list[Sent]:
        self.cancelled = False
        return [("orders/updated", self.body())]

    def disputed(self, status: str, part: int) -> list[Sent]:
        """The bank's word about the payment: of all of it, or of one part in `part`."""
        self.disputes += 1
        total = sum(i.price * i.ordered - i.off for i in self.items.values())
        body = {
            "id": self.order_id * 10 + self.disputes % 2,
            "order_id": self.order_id,
            "type": "chargeback",
            "amount": str(major_units(total // part, self.currency)),
            "currency": self.currency,
            "reason": "fraudulent",
            "status": status,
            "initiated_at": self.placed.isoformat(),
            "finalized_on": self.at.isoformat() if status in {"won", "lost"} else None,
        }
        return [("disputes/update", body)]

    def touched(self) -> list[Sent]:
        return [("orders/updated", self.body())]

    def recoded(self, codes: list[str]) -> list[Sent]:
        self.codes = codes
        return [("orders/updated", self.body())]
