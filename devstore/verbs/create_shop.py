"""Open a shop, fill its shelves, rename it."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from devstore.model import Product, Refused, Shop, Variant
from devstore.money import rounded
from devstore.payloads.product import product_body
from devstore.payloads.shop import shop_body
from devstore.state import State, Subscription


def create_shop(
    state: State, domain: str, *, name: str, currency: str, timezone: str, country: str, **settings: Any
) -> Shop:
    """A new, empty shop. `settings` are further fields of model.Shop. Refused when the domain is taken or odd."""
    with state.acting():
        if domain in state.shops:
            raise Refused(f"{domain} exists already.", "TAKEN")
        if not domain.endswith(".myshopify.com"):
            raise Refused(f"{domain!r} is no shop domain; it must end in .myshopify.com.")
        shop = Shop(
            id=state.next_id("Shop"),
            domain=domain,
            name=name,
            email=settings.pop("email", f"owner@{domain.split('.', maxsplit=1)[0]}.example"),
            currency=currency,
            timezone=timezone,
            country=country,
            created_at=settings.pop("created_at", state.now),
            **settings,
        )
        state.shops[domain] = shop
        return shop


def update_shop(state: State, shop: Shop, **changes: Any) -> Shop:
    """Change settings of the shop (name, email, plan, timezone, currency ...); the app hears shop/update."""
    with state.acting():
        unknown = set(changes) - set(Shop.__dataclass_fields__)
        if unknown:
            raise Refused(f"A shop has no setting {', '.join(sorted(unknown))}.")
        for key, value in changes.items():
            setattr(shop, key, value)
        state.emit(shop, "shop/update", lambda: shop_body(state, shop))
        return shop


def add_product(
    state: State,
    shop: Shop,
    title: str,
    price: Decimal,
    *,
    handle: str | None = None,
    variants: Sequence[tuple[str, Decimal]] = (),
    product_type: str = "",
    vendor: str | None = None,
    tags: Sequence[str] = (),
    description: str = "",
    gift_card: bool = False,
) -> Product:
    """Put a product on the shelf; without variants it has one, called Default Title. The app hears products/create. Refused: handle taken."""
    with state.acting():
        handle = handle or title.lower().replace(" ", "-")
        if any(p.handle == handle for p in shop.products.values()):
            raise Refused(f"{shop.domain} has a product {handle!r} already.", "TAKEN")
        product = Product(
            id=state.next_id("Product"),
            title=title,
            handle=handle,
            vendor=vendor or shop.name,
            product_type=product_type,
            variants=_variants(
                state, shop, handle, variants or [("Default Title", price)], gift_card=gift_card
            ),
            created_at=state.now,
            description=description,
            tags=list(tags),
            gift_card=gift_card,
        )
        shop.products[product.id] = product
        state.emit(shop, "products/create", lambda: product_body(shop, product))
        return product


def _variants(
    state: State, shop: Shop, handle: str, wanted: Sequence[tuple[str, Decimal]], *, gift_card: bool
) -> list[Variant]:
    made = []
    for number, (name, amount) in enumerate(wanted, start=1):
        sku = f"{handle}-{number}".upper()
        variant = Variant(state.next_id("ProductVariant"), name, sku, rounded(amount, shop.currency))
        if gift_card:
            variant.requires_shipping, variant.taxable, variant.grams = False, False, 0
        made.append(variant)
    return made


def subscribe(state: State, topics: Sequence[str], uri: str = "/webhooks/shopify") -> None:
    """What shopify.app.toml would say: these topics go to this address of the app."""
    with state.lock:
        state.app = replace(state.app, subscriptions=tuple(Subscription(topic, uri) for topic in topics))
