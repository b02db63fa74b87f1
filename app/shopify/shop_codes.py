"""The discount codes of a shop that are not ours, as the merchant made them."""

from dataclasses import dataclass
from typing import Any

from app.shopify.admin_api import ShopAPI
from app.shopify.discount_input import TAG


@dataclass(frozen=True)
class ShopCode:
    """One code."""

    code: str
    title: str
    """Of its discount."""
    is_active: bool
    uses: int
    """As Shopify counts them, which may lag behind."""


@dataclass(frozen=True)
class ShopCodes:
    """Some of them, newest discount first."""

    codes: tuple[ShopCode, ...]
    unlisted: tuple[tuple[str, int], ...]
    """Title of each discount with more codes than are shown, and how many are not."""
    after: str | None
    """Where the next ones begin; None: there are no more."""


def shop_codes(api: ShopAPI, search: str, after: str | None) -> ShopCodes:
    """Up to 25 discounts with their first 20 codes each; `search` is words of their titles. Raises as ShopAPI.execute."""
    asked = f'method:code "{words}"' if (words := _words(search)) else "method:code"
    found = api.execute("shop_codes", {"search": asked, "after": after})["discountNodes"]
    foreign = [node["discount"] for node in found["nodes"] if _is_theirs(node["discount"])]
    page = found["pageInfo"]
    return ShopCodes(
        tuple(code for discount in foreign for code in _codes(discount)),
        tuple((discount["title"], more) for discount in foreign if (more := _unlisted(discount)) > 0),
        page["endCursor"] if page["hasNextPage"] else None,
    )


def _words(search: str) -> str:
    """As a phrase may hold them, in which no sign means anything: without quotes and what would escape them."""
    return " ".join(search.replace('"', " ").replace("\\", " ").split())


def _is_theirs(discount: dict[str, Any]) -> bool:
    return "codes" in discount and TAG not in (discount.get("tags") or [])


def _codes(discount: dict[str, Any]) -> list[ShopCode]:
    is_active = discount["status"] == "ACTIVE"
    return [
        ShopCode(one["code"], discount["title"], is_active, one["asyncUsageCount"])
        for one in discount["codes"]["nodes"]
    ]


def _unlisted(discount: dict[str, Any]) -> int:
    count = discount["codesCount"]
    return (count["count"] if count else 0) - len(discount["codes"]["nodes"])
