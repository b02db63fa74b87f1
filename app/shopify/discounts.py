"""Discounts in Shopify and their codes: one discount per program, one redeem code per creator (shopify.md 4.1).

Nothing here repeats a change by itself. After OutcomeUnknown the caller runs the same step again: each
looks first whether its effect is already there, by the code, which is its natural key.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.kernel.errors import Conflict, Invalid, NotFound
from app.shopify.admin_api import ShopAPI
from app.shopify.discount_input import FORMS, TAG, Offered, written
from app.shopify.errors import UserErrors

MOST_CODES = 250
"""Shopify takes so many codes in one call."""


@dataclass(frozen=True)
class FoundCode:
    """A code that exists in the shop, whoever made it."""

    discount_gid: str
    title: str
    is_active: bool
    is_ours: bool
    """Whether its discount carries our tag."""
    redeem_code_gid: str | None
    """Of the code itself; None when its discount has too many codes to list."""


@dataclass(frozen=True)
class Created:
    """A discount and its first code."""

    discount_gid: str
    redeem_code_gid: str


@dataclass(frozen=True)
class CodeResult:
    """What became of one code of a bulk creation. Exactly one of the two is set once it is done."""

    code: str
    redeem_code_gid: str | None
    failure: str | None
    """Why Shopify refused it, in its own sentence."""


@dataclass(frozen=True)
class BulkStatus:
    """How far a bulk creation is."""

    done: bool
    codes: tuple[CodeResult, ...]


class CodeTaken(Conflict):
    """The code exists in the shop and is not one of ours."""

    def __init__(self, code: str, title: str) -> None:
        super().__init__(f"The code {code!r} already belongs to the discount {title!r} of this shop.")
        self.code = code


class TooManyCodes(Invalid):
    """More codes than one call may hold."""

    def __init__(self, number: int) -> None:
        super().__init__(f"{number} codes at once are too many; Shopify takes {MOST_CODES}.")


class NoSuchCreation(NotFound):
    """Shopify does not know this bulk creation (any more)."""

    def __init__(self, gid: str) -> None:
        super().__init__(f"Shopify knows no creation of codes {gid!r}.")


def find_code(api: ShopAPI, code: str) -> FoundCode | None:
    """The discount that this code unlocks, compared without case; None when the code is free."""
    node = api.execute("code_by_code", {"code": code})["codeDiscountNodeByCode"]
    if node is None:
        return None
    discount = node["codeDiscount"]
    listed = discount.get("codes", {}).get("nodes", [])
    return FoundCode(
        discount_gid=node["id"],
        title=discount.get("title") or "",
        is_active=discount.get("status") == "ACTIVE",
        is_ours=TAG in (discount.get("tags") or []),
        redeem_code_gid=next((c["id"] for c in listed if c["code"].upper() == code.upper()), None),
    )


def create_discount(api: ShopAPI, offered: Offered, first_code: str, *, starts_at: datetime) -> Created:
    """A discount for everybody, with its first code.

    Run again after an unknown outcome it returns what is there. Raises CodeTaken, UserErrors,
    and what ShopAPI.execute raises.
    """
    there = find_code(api, first_code)
    if there is not None:
        if not there.is_ours or there.redeem_code_gid is None:
            raise CodeTaken(first_code, there.title)
        return Created(there.discount_gid, there.redeem_code_gid)
    form = FORMS[offered.kind]
    given = {"code": first_code, "startsAt": starts_at.isoformat(), **written(offered, {})}
    answer = api.execute(form.create, {form.variable: given})
    node = answer[f"{form.field}Create"]["codeDiscountNode"]
    return Created(node["id"], node["codeDiscount"]["codes"]["nodes"][0]["id"])


def update_discount(
    api: ShopAPI, discount_gid: str, offered: Offered, *, named: Mapping[str, Sequence[str]]
) -> None:
    """Give the discount these terms; its codes stay. The same twice changes nothing.

    `named` is what it may be about until now, as named_in() said: what is not among the terms leaves.
    """
    form = FORMS[offered.kind]
    api.execute(form.update, {"id": discount_gid, form.variable: written(offered, named)})


def delete_discount(api: ShopAPI, discount_gid: str) -> None:
    """Take the discount away with its codes; that it is gone already does not matter."""
    try:
        api.execute("discount_delete", {"id": discount_gid})
    except UserErrors:
        if api.execute("codes_of_discount", {"id": discount_gid, "after": None})["node"] is not None:
            raise


def add_codes(api: ShopAPI, discount_gid: str, codes: Sequence[str]) -> str:
    """Ask for up to 250 codes on the discount; the answer is the creation's gid for bulk_status.

    A code that exists is refused there by itself and hurts no other. Raises TooManyCodes.
    """
    if len(codes) > MOST_CODES:
        raise TooManyCodes(len(codes))
    variables = {"discountId": discount_gid, "codes": [{"code": code} for code in codes]}
    created = api.execute("codes_add", variables)["discountRedeemCodeBulkAdd"]["bulkCreation"]
    return str(created["id"])


def bulk_status(api: ShopAPI, bulk_gid: str) -> BulkStatus:
    """What became of every code so far. Raises NoSuchCreation."""
    results: list[CodeResult] = []
    after: str | None = None
    while True:
        creation = api.execute("codes_added", {"id": bulk_gid, "after": after})
        page = creation["discountRedeemCodeBulkCreation"]
        if page is None:
            raise NoSuchCreation(bulk_gid)
        results += map(_result, page["codes"]["nodes"])
        if not page["codes"]["pageInfo"]["hasNextPage"]:
            return BulkStatus(bool(page["done"]), tuple(results))
        after = page["codes"]["pageInfo"]["endCursor"]


def redeem_code(api: ShopAPI, discount_gid: str, code: str) -> str | None:
    """The gid of one code among all that the discount carries, read by pages; None when it is not among them."""
    found = (
        c["id"] for page in code_pages(api, discount_gid) for c in page if c["code"].upper() == code.upper()
    )
    return next(found, None)


def code_pages(api: ShopAPI, discount_gid: str) -> Iterator[list[dict[str, str]]]:
    """Every code of the discount, `id` and `code`, by pages of 250; nothing for one that is gone."""
    after, is_more = None, True
    while is_more:
        node = api.execute("codes_of_discount", {"id": discount_gid, "after": after})["node"]
        page = (node or {}).get("codeDiscount", {}).get("codes")
        if page is None:
            return
        yield page["nodes"]
        after, is_more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]


def remove_codes(api: ShopAPI, discount_gid: str, redeem_code_gids: Sequence[str]) -> None:
    """Take these codes away; the discount and its other codes stay. Codes that are gone do not matter."""
    api.execute("codes_remove", {"discountId": discount_gid, "ids": list(redeem_code_gids)})


def deactivate(api: ShopAPI, discount_gid: str) -> None:
    """End the discount for all of its codes."""
    api.execute("discount_deactivate", {"id": discount_gid})


def _result(node: Mapping[str, Any]) -> CodeResult:
    redeem = node["discountRedeemCode"]
    failure = " ".join(error["message"] for error in node["errors"]) or None
    return CodeResult(node["code"], redeem["id"] if redeem else None, failure)
