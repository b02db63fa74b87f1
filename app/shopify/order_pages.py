"""Shopify's orders by the time of their last change, page after page, as far as they are compared."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from app.reconciliation.model import Stub
from app.shopify.admin_api import ShopAPI
from app.shopify.gid import number_of


class _Refund(msgspec.Struct):
    id: str


class Head(msgspec.Struct, rename="camel"):
    """The fields of an order that are compared; the rest of an answer is skipped unparsed."""

    id: str
    name: str
    updated_at: Annotated[datetime, msgspec.Meta(tz=True)]
    cancelled_at: datetime | None = None
    display_financial_status: str | None = None
    refunds: list[_Refund] = []

    def stub(self) -> Stub:
        """As the comparison wants it."""
        return Stub(
            id=number_of(self.id),
            name=self.name[:64],
            updated_at=self.updated_at.astimezone(UTC),
            cancelled=self.cancelled_at is not None,
            status=(self.display_financial_status or "pending").lower(),
            refund_ids=tuple(number_of(refund.id) for refund in self.refunds),
        )


def changed_orders(api: ShopAPI, since: datetime, until: datetime | None) -> Iterator[list[Stub]]:
    """Orders whose updated_at lies in the span, oldest change first, a page at a time.

    The pages go by the sort key and not by number, so an order that changes meanwhile is moved behind
    and makes none be left out. `until` None: whatever there is. Source: Admin API 2026-10, orders.
    """
    wanted = f"updated_at:>='{_spelt(since)}'"
    if until is not None:
        wanted += f" AND updated_at:<='{_spelt(until)}'"
    after: str | None = None
    while True:
        page = api.execute("orders_changed", {"query": wanted, "after": after})["orders"]
        yield [msgspec.convert(node, Head, strict=False).stub() for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _spelt(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
