"""What a pretend shop holds: products, customers, discounts, carts, its installation. Orders: order_model.

Plain mutable dataclasses. Only the verbs in devstore/verbs change them, and only while they hold State.lock.
Amounts are Decimal in major units of the shop currency unless a name says otherwise; every datetime is aware, UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from devstore.bulk_model import BulkOperation, History
from devstore.discount_model import CodeImport, Discount, RedeemCode
from devstore.order_model import Address, Order
from devstore.reward_model import Rewards
from devstore.visit_model import PageVisit


class Refused(Exception):
    """The shop says no, with a sentence for a person. `code` is Shopify's enum value where one exists."""

    def __init__(self, message: str, code: str = "INVALID", field_path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field_path = field_path


@dataclass
class Variant:
    """One sellable thing. `grams` is its weight; price is before discounts, tax as the shop's prices are."""

    id: int
    title: str
    sku: str
    price: Decimal
    grams: int = 200
    requires_shipping: bool = True
    taxable: bool = True


@dataclass
class Product:
    """A product; a gift card is a product whose lines carry gift_card true."""

    id: int
    title: str
    handle: str
    vendor: str
    product_type: str
    variants: list[Variant]
    created_at: datetime
    description: str = ""
    tags: list[str] = field(default_factory=list)
    status: str = "ACTIVE"
    gift_card: bool = False
    updated_at: datetime | None = None
    """Of the last change of its own; None: never changed. Joining a collection is none."""


@dataclass
class Collection:
    """Some products of a shop: chosen by hand, or (smart) all that carry a tag."""

    id: int
    title: str
    handle: str
    updated_at: datetime
    tag: str | None = None
    chosen: set[int] = field(default_factory=set)

    def holds(self, product: Product) -> bool:
        """Whether the product is in it."""
        if self.tag is None:
            return product.id in self.chosen
        return self.tag.casefold() in {tag.casefold() for tag in product.tags}


@dataclass
class Customer:
    """A shopper known to the shop."""

    id: int
    email: str | None
    first_name: str
    last_name: str
    created_at: datetime
    updated_at: datetime
    phone: str | None = None
    tags: list[str] = field(default_factory=list)
    address: Address | None = None
    has_account: bool = False
    """They opened one; else the shop knows them from an order only."""


@dataclass
class CartLine:
    """A variant in a cart."""

    variant_id: int
    quantity: int
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class Cart:
    """A shopper's cart in the storefront. Attributes become note_attributes of the order."""

    token: str
    created_at: datetime
    lines: list[CartLine] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    discount_codes: list[str] = field(default_factory=list)
    note: str | None = None
    landing_site: str | None = None
    referring_site: str | None = None
    customer_id: int | None = None
    checkout_token: str | None = None
    """None: nobody went to the checkout yet."""
    browser: str | None = None


@dataclass
class AccessToken:
    """A token of the app on one shop. expires_at None: a permanent token of the old kind."""

    token: str
    scopes: frozenset[str]
    expires_at: datetime | None
    user_id: int | None = None


@dataclass
class RefreshToken:
    """Rotates at each use; `replaces` stays usable until this one is first used (Shopify, 2026-08-28)."""

    token: str
    expires_at: datetime
    replaces: str | None = None


@dataclass
class Install:
    """The app on one shop. Uninstalling throws it away, tokens and all."""

    installed_at: datetime
    scopes: frozenset[str]
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    web_pixel_id: int | None = None
    web_pixel_settings: str | None = None


@dataclass
class Metafield:
    """A value hung on an owner; the owner is a gid."""

    id: int
    owner: str
    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class StorePage:
    """A page that the merchant wrote. A template of its own can hold sections that no other page has."""

    handle: str
    title: str
    template: str = "page"


@dataclass
class Shop:
    """One store. tax_rate is a fraction (0.21); taxes_included says whether prices contain it."""

    id: int
    domain: str
    name: str
    email: str
    currency: str
    timezone: str
    country: str
    created_at: datetime
    taxes_included: bool = True
    tax_rate: Decimal = Decimal("0.21")
    tax_title: str = "VAT"
    tax_shipping: bool = False
    shipping_price: Decimal = Decimal(0)
    shipping_title: str = "Standard"
    plan: str = "Basic"
    presentment_rates: dict[str, Decimal] = field(default_factory=dict)
    products: dict[int, Product] = field(default_factory=dict)
    collections: dict[int, Collection] = field(default_factory=dict)
    customers: dict[int, Customer] = field(default_factory=dict)
    discounts: dict[int, Discount] = field(default_factory=dict)
    code_imports: dict[int, CodeImport] = field(default_factory=dict)
    carts: dict[str, Cart] = field(default_factory=dict)
    browsers: dict[str, list[PageVisit]] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    metafields: dict[tuple[str, str, str], Metafield] = field(default_factory=dict)
    metafield_definitions: dict[tuple[str, str, str], dict[str, object]] = field(default_factory=dict)
    bulk_operations: dict[int, BulkOperation] = field(default_factory=dict)
    history: History | None = None
    install: Install | None = None
    rewards: Rewards = field(default_factory=Rewards)
    order_count: int = 0
    location_id: int = 65_000_000_001
    """Where the till stands."""
    theme_embed_enabled: bool = True
    theme_embed_settings: dict[str, object] = field(default_factory=dict)  # What the merchant changed, by id.
    theme_blocks: dict[str, dict[str, object]] = field(
        default_factory=dict
    )  # The others of all pages, by name.
    theme_sections: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    """What stands in sections: block and its settings by the theme's template, "product" or "page.meet-mara"."""
    pages: dict[str, StorePage] = field(default_factory=dict)
    """By handle, in the order of the menu."""

    @property
    def gid(self) -> str:
        """The id as GraphQL writes it."""
        return f"gid://shopify/Shop/{self.id}"

    @property
    def handle(self) -> str:
        """The part before .myshopify.com; the admin's address uses it."""
        return self.domain.removesuffix(".myshopify.com")

    def variant(self, variant_id: int) -> tuple[Product, Variant]:
        """The variant and its product. Raises Refused when the shop sells no such thing."""
        for product in self.products.values():
            for variant in product.variants:
                if variant.id == variant_id:
                    return product, variant
        raise Refused(f"{self.domain} has no variant {variant_id}.", "NOT_FOUND")

    def product_by_handle(self, handle: str) -> Product:
        """The product at /products/<handle>. Raises Refused when there is none."""
        for product in self.products.values():
            if product.handle == handle:
                return product
        raise Refused(f"{self.domain} has no product {handle!r}.", "NOT_FOUND")

    def redeem_code(self, code: str) -> tuple[Discount, RedeemCode] | None:
        """The discount a code unlocks, without regard to case; None when nobody made it."""
        wanted = code.casefold()
        for discount in self.discounts.values():
            for redeem in discount.codes:
                if redeem.code.casefold() == wanted:
                    return discount, redeem
        return None
