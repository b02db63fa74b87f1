"""The newest version of every order, and its refunds."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Computed, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigId, ShopOwned, ShopRow

CLICK_OF = """substring(origin::text, '_?tribute_click(?:=|", ")[A-Za-z0-9_-]{24}([A-Za-z0-9_-]{12})')"""
"""Of the click's token in the cart, else in the landing page: the part with the click's number (tracking/token)."""
HAS_CLICK = "strpos(origin::text, 'tribute_click') > 0"


class Order(ShopRow, Base):
    """One order; `id` is Shopify's. The row is the winning body's facts, never a sum of deliveries."""

    __tablename__ = "orders"
    __table_args__ = (
        Index("ix_orders_name", "shop_id", "name"),
        Index(
            "ix_orders_customer",
            "shop_id",
            "customer_key",
            "placed_at",
            "id",
            postgresql_where=text("customer_key is not null"),
        ),
        Index(
            "ix_orders_attributes",
            "origin",
            postgresql_using="gin",
            postgresql_ops={"origin": "jsonb_path_ops"},
            postgresql_where=text("origin ? 'attributes'"),
        ),
        Index("ix_orders_clicked", "shop_id", text(CLICK_OF), postgresql_where=text(HAS_CLICK)),
        Index(
            "ix_orders_checkout",
            "shop_id",
            text("(origin ->> 'checkout')"),
            postgresql_where=text("origin ? 'checkout'"),
        ),
        Index("ix_orders_coded", "shop_id", "id", postgresql_where=text("coded")),
        Index("ix_orders_placed", "shop_id", "placed_at", "id"),
    )
    name: Mapped[str]
    """As people say it: #1001."""
    version: Mapped[bytes]
    """Sorts as precision.md 1.2 orders versions of one order: the maximum wins, whatever came first."""
    placed_at: Mapped[datetime]
    placed_on: Mapped[date]
    """The shop-local day."""
    paid_at: Mapped[datetime | None]
    """Earliest instant at which any stored body shows it paid; only ever moves earlier."""
    currency: Mapped[str]
    facts: Mapped[dict[str, Any]]
    """OrderFacts: lines, codes, states; amounts in minor units of `currency`."""
    customer_key: Mapped[bytes | None]
    """Keyed pseudonym of Shopify's customer id."""
    email_key: Mapped[bytes | None]
    """Keyed pseudonym of the normalised e-mail, when the app may see it."""
    origin: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """Origin: country, tags, cart attributes, landing page, traces; of the newest body that tells."""
    origin_version: Mapped[bytes | None]
    """Version of the body that told the origin; null until one does."""
    event_id: Mapped[int]
    """Inbox row of the winning body."""
    event_digest: Mapped[bytes]
    """sha256 of the winning raw body."""
    received_minor: Mapped[int | None]
    """All that was captured, before refunds, as GraphQL told; only ever grows. Null: nobody told."""
    fulfilled_at: Mapped[datetime | None]
    """Earliest instant at which everything had been sent; only ever moves earlier."""
    coded: Mapped[bool] = mapped_column(
        Computed(
            "coalesce(jsonb_path_exists(facts, 'strict $.discounts[*] ? (@[0] == \"discount_code\")', '{}', true), false)",
            persisted=True,
        )
    )
    """Whether it carries a discount code. The database's own reading of `facts`: an index over `facts` itself would
    have to be written again with every version of an order."""


class Refund(ShopOwned, Base):
    """One refund, merged by Shopify's id; may lie here before its order comes."""

    __tablename__ = "refunds"
    order_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    refunded_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    """RefundFacts: quantities by line, shipping, whether money is pending or differs."""
    digest: Mapped[bytes]
    """Of the canonical facts: of two bodies of one refund the greater wins, whatever came first."""
    shipping_minor: Mapped[int | None]
    """Of the shipping that went back; null: no body told yet."""


class Dispute(ShopOwned, Base):
    """A shopper's claim at the bank, merged by Shopify's id; may lie here before its order comes."""

    __tablename__ = "disputes"
    order_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[bytes]
    """Sorts what was told of it: the maximum is the truth, whatever came first."""
    facts: Mapped[dict[str, Any]]
    """DisputeFacts of the newest word, without the amount."""
    amount_version: Mapped[bytes | None]
    """Version of the newest word that told an amount; GraphQL's summary tells none."""
    amount_minor: Mapped[int | None]
    currency: Mapped[str | None]


class Journey(ShopOwned, Base):
    """The visits before an order, as Shopify told last; may lie here before its order comes."""

    __tablename__ = "journeys"
    order_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[bytes]
    """Sorts what was told: the maximum is the truth, whatever came first."""
    visits: Mapped[list[Any]]
    """PageVisit: when, and the page that names a link. Pages that name none are not kept."""


class JourneyCursor(ShopOwned, Base):
    """Up to which order, by the time it was placed, Shopify was asked for the visits. Only ever moves forward."""

    __tablename__ = "journey_cursors"
    placed_at: Mapped[datetime]
    order_id: Mapped[int]


class JourneyAwaited(ShopOwned, Base):
    """An order whose visits Shopify was still gathering when it was asked."""

    __tablename__ = "journeys_awaited"
    __table_args__ = (Index("ix_journeys_awaited_due", "shop_id", "due_at"),)
    order_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due_at: Mapped[datetime]
    """When it is asked for again."""
    tries: Mapped[int]
    """How often it was asked for."""


class Rejudge(Base):
    """An order that must be judged again: something it depends on changed. A queue of ids like rollup_dirty: global."""

    __tablename__ = "rejudge"
    __table_args__ = (Index("ix_rejudge_order", "shop_id", "order_id"),)
    id: Mapped[BigId]
    shop_id: Mapped[int]
    order_id: Mapped[int]
    marked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
