"""Tags of orders, customers, products and discounts."""

from collections.abc import Sequence

from devstore.model import Shop
from devstore.payloads.discount import discount_body
from devstore.payloads.order import order_body
from devstore.state import State
from devstore.verbs.shelves import change_product
from devstore.verbs.versions import touch


def change_tags(
    state: State, shop: Shop, kind: str, number: int, *, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> None:
    """Add and take tags; a tagged order emits orders/updated (stamping triggers updates), a discount discounts/update, a product products/update."""
    with state.acting():
        if kind == "Order":
            order = shop.orders[number]
            order.tags = _changed(order.tags, add, remove)
            touch(order, state.now)
            state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        elif kind == "Customer":
            shop.customers[number].tags = _changed(shop.customers[number].tags, add, remove)
        elif kind == "Product":
            product = shop.products[number]
            change_product(state, shop, product, tags=_changed(product.tags, add, remove))
        else:
            discount = shop.discounts[number]
            discount.tags = _changed(discount.tags, add, remove)
            now = discount.updated_at = state.now
            state.emit(shop, "discounts/update", lambda: discount_body(discount, now))


def _changed(tags: Sequence[str], add: Sequence[str], remove: Sequence[str]) -> list[str]:
    gone = {tag.casefold() for tag in remove}
    kept = [tag for tag in tags if tag.casefold() not in gone]
    return kept + [tag for tag in add if tag.casefold() not in {one.casefold() for one in kept}]
