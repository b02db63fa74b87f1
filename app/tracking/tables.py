"""Codes, links, and the discounts in Shopify that carry the codes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopOwned, ShopRow


class DiscountNode(ShopRow, Base):
    """A discount in Shopify: the one that carries the codes of a program, or of one code with a limit of its own."""

    __tablename__ = "discount_nodes"
    __table_args__ = (
        UniqueConstraint("shop_id", "program_id", "code_id", postgresql_nulls_not_distinct=True),
        ForeignKeyConstraint(["shop_id", "program_id"], ["programs.shop_id", "programs.id"]),
        ForeignKeyConstraint(["shop_id", "code_id"], ["codes.shop_id", "codes.id"]),
    )
    program_id: Mapped[int]
    gid: Mapped[str]
    """gid://shopify/DiscountCodeNode/..."""
    terms_digest: Mapped[str]
    """Of the discount terms last written there; empty: it was ended."""
    form: Mapped[str] = mapped_column(server_default=text("'basic'"))
    """basic, free_shipping or buy_get: Shopify's kind, which a discount keeps."""
    named: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """Shopify's numbers of what it may be about: an update has to say which of them leave."""
    refusal: Mapped[str | None]
    """Why Shopify refused the newest terms, in its words."""
    spare: Mapped[str | None]
    """The code that nobody has, under which it was created; to be taken away."""
    code_id: Mapped[int | None]
    """The one code that it carries; null: all of the program."""
    created_at: Mapped[datetime]
    left_as: Mapped[dict[str, Any] | None]
    """What it gave when we had written it: setting to words."""
    left_digest: Mapped[str | None]
    """Of the terms that `left_as` came of."""
    seen: Mapped[dict[str, Any] | None]
    """What it gives now, likewise."""
    seen_at: Mapped[datetime | None]
    kept: Mapped[dict[str, Any] | None]
    """What the merchant was shown and wants to stay."""


class Code(ShopRow, Base):
    """A discount code owned by an enrollment: evidence that needs no click."""

    __tablename__ = "codes"
    __table_args__ = (
        UniqueConstraint("shop_id", "folded"),
        ForeignKeyConstraint(["shop_id", "enrollment_id"], ["enrollments.shop_id", "enrollments.id"]),
        Index("ix_codes_enrollment", "shop_id", "enrollment_id"),
        Index("ix_codes_waiting", "shop_id", "id", postgresql_where=text("state in ('waiting', 'issuing')")),
        Index("ix_codes_failed", "shop_id", "enrollment_id", postgresql_where=text("state = 'failed'")),
        CheckConstraint("state in ('waiting', 'issuing', 'active', 'failed', 'disabled')", name="state"),
    )
    enrollment_id: Mapped[int]
    code: Mapped[str]
    """As the creator shares it."""
    folded: Mapped[str]
    """Upper case: Shopify compares codes without case."""
    state: Mapped[str]
    """waiting (to be created in Shopify), issuing (asked, not answered), active, failed, disabled."""
    redeem_code_gid: Mapped[str | None]
    bulk_gid: Mapped[str | None]
    """The asynchronous creation that was asked for, while it is under way."""
    failure: Mapped[str | None]
    """Why Shopify refused it, in a sentence."""
    adopted: Mapped[bool] = mapped_column(server_default=text("false"))
    """It stands in a discount of the merchant's own, which we never change."""
    refused_at: Mapped[datetime | None]
    """Since when it is no evidence: Shopify never made it. Null again once it is tried anew."""
    valid_from: Mapped[datetime | None]
    valid_to: Mapped[datetime | None]
    policies: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """When it is evidence: every credit policy with the time from which it holds; none is always."""
    created_at: Mapped[datetime]
    active_at: Mapped[datetime | None]
    """When Shopify confirmed it."""


class SingleDiscount(ShopRow, Base):
    """A discount in Shopify whose codes work once each. A program has one; earlier ones are retired."""

    __tablename__ = "single_discounts"
    __table_args__ = (
        UniqueConstraint("shop_id", "gid"),
        ForeignKeyConstraint(["shop_id", "program_id"], ["programs.shop_id", "programs.id"]),
        Index(
            "ix_single_discounts_program",
            "shop_id",
            "program_id",
            unique=True,
            postgresql_where=text("retired_at is null"),
        ),
    )
    program_id: Mapped[int]
    gid: Mapped[str]
    terms_digest: Mapped[str]
    form: Mapped[str]
    named: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    refusal: Mapped[str | None]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    """Since when it gets no more codes; once its last one is gone it goes, too."""


class SingleCode(ShopRow, Base):
    """A code that works once: made ahead, handed out to one visit, and taken out of Shopify when its time is over."""

    __tablename__ = "single_codes"
    __table_args__ = (
        UniqueConstraint("shop_id", "folded"),
        ForeignKeyConstraint(["shop_id", "program_id"], ["programs.shop_id", "programs.id"]),
        ForeignKeyConstraint(["shop_id", "discount_id"], ["single_discounts.shop_id", "single_discounts.id"]),
        ForeignKeyConstraint(["shop_id", "enrollment_id"], ["enrollments.shop_id", "enrollments.id"]),
        CheckConstraint("state in ('made', 'asked', 'ready', 'handed', 'gone')", name="state"),
        CheckConstraint(
            "state <> 'handed' or (enrollment_id is not null and click_id is not null and handed_at is not null)",
            name="handed",
        ),
        Index("ix_single_codes_program", "shop_id", "program_id"),
        *(
            Index(
                f"ix_single_codes_{name}",
                "shop_id",
                *columns,
                unique=name == "click",
                postgresql_where=text(where),
            )
            for name, columns, where in (
                ("ready", ("program_id", "id"), "state = 'ready'"),
                ("way", ("program_id", "id"), "state in ('made', 'asked')"),
                ("visitor", ("enrollment_id", "visitor"), "visitor is not null"),
                ("sender", ("program_id", "sender"), "sender is not null"),
                ("expiring", ("expires_at",), "state = 'handed'"),
                ("click", ("click_id",), "click_id is not null"),
            )
        ),
    )
    program_id: Mapped[int]
    discount_id: Mapped[int | None]
    folded: Mapped[str]
    state: Mapped[str]
    """made (to be asked for), asked, ready (in Shopify, nobody's), handed, gone (Shopify has it no more)."""
    redeem_code_gid: Mapped[str | None]
    bulk_gid: Mapped[str | None]
    created_at: Mapped[datetime]
    enrollment_id: Mapped[int | None]
    link_id: Mapped[int | None]
    click_id: Mapped[int | None]
    visitor: Mapped[str | None]
    """Digest of the browser under a key of that day: a second click gets the same code. Goes after two days."""
    sender: Mapped[str | None]
    """Digest of the address under a key of that day, likewise: nobody empties the pool."""
    handed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    order_id: Mapped[int | None]
    """That it was used for, as far as we have heard."""


class Link(ShopRow, Base):
    """A tracked address owned by an enrollment."""

    __tablename__ = "links"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "enrollment_id"], ["enrollments.shop_id", "enrollments.id"]),
        Index("ix_links_enrollment", "shop_id", "enrollment_id"),
    )
    enrollment_id: Mapped[int]
    slug: Mapped[str]
    to_path: Mapped[str]
    """Where it leads, a path in the store: `/products/serum`."""
    channel: Mapped[str]
    """instagram, tiktok, youtube, email, blog, ..."""
    checked_at: Mapped[datetime | None]
    """When the page that it leads to was last asked for."""
    answer: Mapped[int | None]
    """The status that it answered with; null: it could not be told."""
    created_at: Mapped[datetime]


def _counting(name: str, *columns: str) -> Index:
    return Index(name, *columns, postgresql_where=text(f"verdict = 'billable' and {columns[2]} is not null"))


class Click(ShopOwned, Base):
    """One visit that came through a link. The key ends with the time, so that the table can be cut by months."""

    __tablename__ = "clicks"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "link_id"], ["links.shop_id", "links.id"]),
        Index("ix_clicks_visitor", "shop_id", "visitor", "at", postgresql_where=text("visitor is not null")),
        Index("ix_clicks_link", "shop_id", "link_id", "at"),
        _counting("ix_clicks_print", "shop_id", "link_id", "print", "at"),
        _counting("ix_clicks_network", "shop_id", "link_id", "network"),
        CheckConstraint("verdict in ('billable', 'duplicate', 'bot')", name="verdict"),
        CheckConstraint("consent in ('granted', 'denied', 'unknown')", name="consent"),
        {"postgresql_partition_by": "range (at)"},
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Drawn where the click is made: loading it again adds nothing."""
    at: Mapped[datetime] = mapped_column(primary_key=True)
    link_id: Mapped[int]
    visitor: Mapped[str | None]
    """As the cart attribute names the browser; null without consent."""
    print: Mapped[bytes | None]
    """Digest of address and browser under a key of that day: tells two clicks of one browser, and nobody's name."""
    network: Mapped[bytes | None]
    """Digest of the address alone under the key of that day: says how many browsers came from it, and nobody's name."""
    verdict: Mapped[str]
    """billable, duplicate (of the same visitor and link within 24 h, or too many of one address) or bot."""
    consent: Mapped[str]
    device: Mapped[str] = mapped_column(server_default="")
    """phone, tablet, computer, or empty."""
    country: Mapped[str] = mapped_column(server_default="")
    """Two letters, where a proxy in front told."""
    landing: Mapped[str | None]
    """Path and query on which the visit began."""
    referrer: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class PixelEvent(ShopOwned, Base):
    """What the web pixel saw of a visit that a creator sent. Kept for 14 months, and longer where it led to an order."""

    __tablename__ = "pixel_events"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "link_id"], ["links.shop_id", "links.id"]),
        Index("ix_pixel_events_client", "shop_id", "client"),
        Index(
            "ix_pixel_events_checkout",
            "shop_id",
            "checkout",
            postgresql_where=text("checkout is not null"),
        ),
        Index("ix_pixel_events_click", "shop_id", "click_id", postgresql_where=text("click_id is not null")),
        Index("ix_pixel_events_link", "shop_id", "link_id", "at"),
        CheckConstraint("step in ('page', 'product', 'cart', 'checkout', 'order')", name="step"),
        CheckConstraint("consent in ('granted', 'unknown')", name="consent"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Digest of Shopify's event id: an event that is told twice is one."""
    at: Mapped[datetime]
    """When we received it."""
    step: Mapped[str]
    """page, product, cart, checkout or order."""
    client: Mapped[bytes]
    """Digest of the browser's id in this shop: tells two events of one browser, and nobody's name."""
    link_id: Mapped[int]
    """Of the creator who sent the visit."""
    click_id: Mapped[int | None]
    """Of a click that we signed; null: the address named the creator."""
    arrived: Mapped[bool]
    """The page's own address named the creator: a visit began."""
    product_id: Mapped[int | None]
    checkout: Mapped[str | None]
    """Token of the checkout; the order carries the same."""
    order_id: Mapped[int | None]
    consent: Mapped[str]
    """As the browser said; what was told against the shopper's will is not kept."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class ClickLoss(ShopOwned, Base):
    """Visits of about a second that could not be written down."""

    __tablename__ = "click_losses"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Drawn where they were lost: loading it again adds nothing."""
    at: Mapped[datetime]
    until: Mapped[datetime]
    visits: Mapped[int]


class LinkDay(ShopOwned, Base):
    """How often a link was followed on a day of the shop. Outlives the clicks that it counts."""

    __tablename__ = "link_days"
    __table_args__ = (ForeignKeyConstraint(["shop_id", "link_id"], ["links.shop_id", "links.id"]),)
    link_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    clicks: Mapped[int]
    """Billable ones."""
    duplicates: Mapped[int]
    bots: Mapped[int]
    sealed: Mapped[bool] = mapped_column(server_default=text("false"))
    """The clicks of that day are gone: it cannot be counted again."""


class LinkSlug(Base):
    """Which shop a short link belongs to. Global: a slug belongs to the installation."""

    __tablename__ = "link_slugs"
    slug: Mapped[str] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    link_id: Mapped[int]
