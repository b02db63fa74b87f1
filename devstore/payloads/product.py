"""Bodies of products/* and collections/*. Neither tells which collections a product is in, as at Shopify."""

from devstore.clock import rfc3339
from devstore.model import Collection, Product, Shop, Variant
from devstore.money import text
from devstore.payloads.parts import Body


def product_body(shop: Shop, product: Product) -> Body:
    """The body of products/create and products/update."""
    return {
        "id": product.id,
        "admin_graphql_api_id": f"gid://shopify/Product/{product.id}",
        "title": product.title,
        "body_html": product.description,
        "handle": product.handle,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "status": product.status.lower(),
        "tags": ", ".join(product.tags),
        "created_at": rfc3339(product.created_at),
        "updated_at": rfc3339(product.updated_at or product.created_at),
        "published_at": rfc3339(product.created_at),
        "published_scope": "global",
        "template_suffix": None,
        "options": [{"name": "Title", "position": 1, "values": [v.title for v in product.variants]}],
        "variants": [_variant(shop, product, v) for v in product.variants],
        "images": [],
        "image": None,
    }


def collection_body(collection: Collection) -> Body:
    """The body of collections/create and collections/update."""
    return {
        "id": collection.id,
        "admin_graphql_api_id": f"gid://shopify/Collection/{collection.id}",
        "title": collection.title,
        "handle": collection.handle,
        "body_html": None,
        "updated_at": rfc3339(collection.updated_at),
        "published_at": rfc3339(collection.updated_at),
        "published_scope": "web",
        "sort_order": "manual",
        "template_suffix": None,
    }


def _variant(shop: Shop, product: Product, variant: Variant) -> Body:
    return {
        "id": variant.id,
        "admin_graphql_api_id": f"gid://shopify/ProductVariant/{variant.id}",
        "product_id": product.id,
        "title": variant.title,
        "sku": variant.sku,
        "price": text(variant.price, shop.currency),
        "taxable": variant.taxable,
        "grams": variant.grams,
        "requires_shipping": variant.requires_shipping,
    }
