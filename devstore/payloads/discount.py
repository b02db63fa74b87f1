"""Bodies of discounts/*: ids and status, no values; the app must read the rest by GraphQL."""

from datetime import datetime

from devstore.clock import rfc3339
from devstore.discount_model import Discount, RedeemCode
from devstore.payloads.parts import Body


def discount_gid(discount: Discount) -> str:
    """DiscountCodeNode or DiscountAutomaticNode."""
    kind = "DiscountAutomaticNode" if discount.automatic else "DiscountCodeNode"
    return f"gid://shopify/{kind}/{discount.id}"


def discount_body(discount: Discount, now: datetime) -> Body:
    """The body of discounts/create, update and delete."""
    return {
        "admin_graphql_api_id": discount_gid(discount),
        "title": discount.title,
        "status": discount.status_at(now),
        "created_at": rfc3339(discount.created_at),
        "updated_at": rfc3339(discount.updated_at),
    }


def code_body(discount: Discount, redeem: RedeemCode, now: datetime) -> Body:
    """The body of discounts/redeemcode_added and redeemcode_removed."""
    return {
        "admin_graphql_api_id": discount_gid(discount),
        "redeem_code": {"id": f"gid://shopify/DiscountRedeemCode/{redeem.id}", "code": redeem.code},
        "updated_at": rfc3339(now),
    }
