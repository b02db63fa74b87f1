"""Bulk queries of orders: asked for, looked at, given up. Source: shopify.dev, bulk operations, 2026-10."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.shopify.admin_api import ShopAPI
from app.shopify.bulk_document import orders_in_bulk
from app.shopify.errors import UserErrors

_NAME = "OrdersInBulk"
_FULL = ("OPERATION_IN_PROGRESS", "LIMIT_REACHED")


class Stage(StrEnum):
    """Where a bulk query stands, as far as it matters to who waits for it."""

    UNDER_WAY = "under_way"
    DONE = "done"
    GONE = "gone"
    """Failed, cancelled, expired or unknown: what it left is all there will be."""


@dataclass(frozen=True)
class Look:
    """One look at a bulk query."""

    stage: Stage
    url: str | None
    """Of the file, or of the part that was written; None when there is none."""
    why: str
    """Shopify's own word for how it ended."""


def begin(api: ShopAPI, since: datetime, mark: str) -> str | None:
    """Have all orders changed since then written to a file. Returns the operation's gid; None: no room yet.

    `mark` (letters and digits) names this one attempt, in the query itself: after a lost answer `find`
    knows it by that. Raises what ShopAPI.execute raises, also OutcomeUnknown.
    """
    try:
        spelt = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = orders_in_bulk(_NAME + mark, f"updated_at:>='{spelt}'")
        answer = api.execute("bulk_run", {"query": asked})
    except UserErrors as refused:
        if any(refused.has(code) for code in _FULL):
            return None
        raise
    gid: str = answer["bulkOperationRunQuery"]["bulkOperation"]["id"]
    return gid


def find(api: ShopAPI, mark: str) -> str | None:
    """The operation that an earlier attempt of this mark began, when its answer was lost."""
    recent = api.execute("bulk_recent")["bulkOperations"]["nodes"]
    return next((node["id"] for node in recent if f" {_NAME}{mark} " in node["query"]), None)


def look(api: ShopAPI, gid: str) -> Look:
    """How far it is."""
    found = api.execute("bulk_look", {"id": gid})["bulkOperation"]
    if found is None:
        return Look(Stage.GONE, None, "it is unknown to Shopify")
    match found["status"]:
        case "COMPLETED":
            return Look(Stage.DONE, found["url"], "completed")
        case "CREATED" | "RUNNING" | "CANCELING":
            return Look(Stage.UNDER_WAY, None, "running")
        case status:
            code = f" ({found['errorCode']})" if found["errorCode"] else ""
            return Look(Stage.GONE, found["partialDataUrl"], f"it ended as {status}{code}")


def give_up(api: ShopAPI, gid: str) -> None:
    """Ask it to stop. One that has ended meanwhile is left as it is."""
    try:
        api.execute("bulk_cancel", {"id": gid})
    except UserErrors:
        return
