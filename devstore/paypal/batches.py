"""Batches at the pretend PayPal: made once per id of the sender's, shown page by page, refused in PayPal's words."""

from decimal import Decimal
from typing import Any

from devstore.clock import rfc3339
from devstore.paypal.contract import Batch
from devstore.paypal.world import BALANCE, FEE, PayPal
from devstore.provider_script import Answer, Step

STATUS_OF = {
    "INSUFFICIENT_FUNDS": 422, "INTERNAL_ERROR": 500, "USER_BUSINESS_ERROR": 400, "RATE_LIMIT_REACHED": 429,
    "PREVIOUS_REQUEST_IN_PROGRESS": 409, "AUTHORIZATION_ERROR": 403, "VALIDATION_ERROR": 400,
}  # fmt: skip
# The notes by which PayPal's own sandbox fails on purpose.
SANDBOX_NOTES = {
    "ERRPYO005": "INSUFFICIENT_FUNDS", "ERRPYO006": "INTERNAL_ERROR", "ERRPYO014": "USER_BUSINESS_ERROR",
    "ERRPYO035": "RATE_LIMIT_REACHED", "ERRPYO039": "PREVIOUS_REQUEST_IN_PROGRESS",
}  # fmt: skip
BY_OUTCOME = {
    "conflict": "PREVIOUS_REQUEST_IN_PROGRESS", "throttled": "RATE_LIMIT_REACHED", "refused": "INSUFFICIENT_FUNDS",
}  # fmt: skip


def error(
    status: int,
    name: str,
    message: str,
    field: str = "",
    issue: str = "",
    *,
    links: list[dict[str, str]] | None = None,
) -> Answer:
    """PayPal's error object."""
    details = [{"field": field, "issue": issue, "location": "body"}] if field else []
    return Answer(status, {
        "name": name, "message": message, "debug_id": "devstore", "details": details, "links": links or [],
    })  # fmt: skip


def scripted(step: Step) -> Answer:
    """The failure that a step asks for."""
    if step.outcome == "error":
        return error(step.status, "INTERNAL_ERROR", "The script of the devstore says: error.")
    name = step.code or BY_OUTCOME[step.outcome]
    return error(STATUS_OF.get(name, 422), name, f"The script of the devstore says: {step.outcome}.")


def create_batch(world: PayPal, asked: Batch, here: str) -> Answer:
    """Pay every item. An id used in the last 30 days is refused with the way to the batch that has it."""
    header = asked.sender_batch_header
    old = world.same_batch(header.sender_batch_id)
    if old is not None:
        links = [_link(here, old["payout_batch_id"])]
        text = "The sender_batch_id was used already. Look at the batch that has it."
        return error(
            400, "USER_BUSINESS_ERROR", text, "sender_batch_header.sender_batch_id", "DUPLICATE", links=links
        )
    problem = _sandbox(asked) or _twice(asked) or _too_much(world, asked)
    if problem is not None:
        return problem
    name = world.id("batch")
    batch: dict[str, Any] = {
        "payout_batch_id": name, "batch_status": "PENDING", "time_created": rfc3339(world.state.now),
        "sender_batch_header": header.model_dump(exclude_none=True), "at": world.state.now,
    }  # fmt: skip
    world.batches[name] = batch
    answer = {"batch_header": _header(batch), "links": [_link(here, name)]}
    world.tell("PAYMENT.PAYOUTSBATCH.PROCESSING", "payouts", {"batch_header": _header(batch)})
    for item in asked.items:
        world.pay(name, item)
    batch["batch_status"] = "SUCCESS"
    world.tell("PAYMENT.PAYOUTSBATCH.SUCCESS", "payouts", {"batch_header": _header(batch)})
    return Answer(201, answer)


def batch_shown(world: PayPal, batch: dict[str, Any], page: int, size: int, here: str) -> Answer:
    """One page of the batch's items, and how many there are."""
    name = batch["payout_batch_id"]
    items = [one for one in world.items.values() if one["payout_batch_id"] == name]
    pages = -(-len(items) // size)
    links = [_link(here, name)]
    if page < pages:
        href = f"{links[0]['href']}?page_size={size}&page={page + 1}&total_required=true"
        links.append({"href": href, "rel": "next", "method": "GET"})
    return Answer(200, {
        "total_items": len(items), "total_pages": pages, "batch_header": _header(batch),
        "items": items[(page - 1) * size : page * size], "links": links,
    })  # fmt: skip


def _header(batch: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in batch.items() if key != "at"}


def _link(here: str, name: str) -> dict[str, str]:
    return {"href": f"{here}/v1/payments/payouts/{name}", "rel": "self", "method": "GET"}


def _sandbox(asked: Batch) -> Answer | None:
    name = SANDBOX_NOTES.get(asked.items[0].note or "")
    return error(STATUS_OF[name], name, "As the note of the first item asks for.") if name else None


def _twice(asked: Batch) -> Answer | None:
    names = [item.sender_item_id for item in asked.items if item.sender_item_id]
    double = (
        next((name for name in names if names.count(name) > 1), None)
        if len(set(names)) < len(names)
        else None
    )
    if double is None:
        return None
    return error(
        400, "VALIDATION_ERROR", "Invalid request.", f"items.sender_item_id={double}", "DUPLICATE_ITEM"
    )


def _too_much(world: PayPal, asked: Batch) -> Answer | None:
    wanted: dict[str, Decimal] = {}
    for item in asked.items:
        unit = item.amount.currency
        wanted[unit] = wanted.get(unit, Decimal(0)) + Decimal(item.amount.value) + FEE
    if any(world.balances.get(unit, BALANCE) < total for unit, total in wanted.items()):
        return error(422, "INSUFFICIENT_FUNDS", "The sender does not have sufficient funds.")
    return None
