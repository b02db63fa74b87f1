"""Money that leaves the pretend Stripe: transfers and their reversals, outbound payments."""

from typing import Any

from devstore.clock import rfc3339
from devstore.model import Refused
from devstore.provider_script import Answer
from devstore.stripe.errors import v1_error, v2_error
from devstore.stripe.world import BALANCE, FINANCIAL_ACCOUNT, Stripe

SETTLED = {"posted", "failed", "canceled", "returned"}
MOVES = {
    "processing": SETTLED - {"returned"},
    "posted": {"returned"},
}


def transfer(world: Stripe, asked: dict[str, Any]) -> Answer:
    """Move money to a recipient's balance, if it may receive any and there is enough."""
    account = world.accounts.get(asked["destination"])
    if account is None:
        return v1_error(400, "resource_missing", f"No such destination: '{asked['destination']}'")
    if not _active(account, "stripe_balance"):
        text = "The destination account needs the stripe_transfers capability to be active."
        return v1_error(400, "insufficient_capabilities_for_transfer", text)
    amount, currency = asked.get("amount", 0), asked["currency"].lower()
    if amount <= 0:
        return v1_error(400, "parameter_invalid_integer", "amount must be greater than zero")
    if world.available.setdefault(currency, BALANCE) < amount:
        return v1_error(400, "balance_insufficient", "You have insufficient available funds.")
    world.available[currency] -= amount
    name = world.id("tr")
    made = {
        "id": name, "object": "transfer", "amount": amount, "amount_reversed": 0, "created": world.created,
        "currency": currency, "description": asked.get("description"), "destination": asked["destination"],
        "livemode": False, "metadata": asked.get("metadata", {}), "reversals": listed([], f"/v1/transfers/{name}/reversals"),
        "reversed": False, "transfer_group": asked.get("transfer_group"), "source_type": "card",
        "balance_transaction": world.id("txn"),
    }  # fmt: skip
    world.transfers[name] = made
    world.tell("v1.transfer.created", "transfer", name, f"/v1/transfers/{name}")
    return Answer(200, made)


def reverse(world: Stripe, one: dict[str, Any], asked: dict[str, Any]) -> Answer:
    """Take money of a transfer back, all that is left unless an amount is named."""
    left = one["amount"] - one["amount_reversed"]
    amount = asked.get("amount", left)
    if not 0 < amount <= left:
        return v1_error(400, "amount_too_large", f"{amount} cannot be reversed; {left} is left.")
    made = {
        "id": world.id("trr"), "object": "transfer_reversal", "amount": amount, "currency": one["currency"],
        "created": world.created, "transfer": one["id"], "metadata": asked.get("metadata", {}),
    }  # fmt: skip
    # The answer to the transfer was kept under its key: what it said then must not change now.
    reversals = listed([*one["reversals"]["data"], made], one["reversals"]["url"])
    gone = one["amount_reversed"] + amount
    world.transfers[one["id"]] = one | {
        "amount_reversed": gone, "reversed": gone == one["amount"], "reversals": reversals,
    }  # fmt: skip
    world.available[one["currency"]] += amount
    world.tell("v1.transfer.reversed", "transfer", one["id"], f"/v1/transfers/{one['id']}")
    return Answer(200, made)


def outbound_payment(world: Stripe, asked: dict[str, Any]) -> Answer:
    """Send money out of the financial account; it is on its way until a step of the script or a control verb settles it."""
    account = world.accounts.get(asked["to"]["recipient"])
    if account is None or not _active(account, "bank_accounts"):
        return v2_error(400, "recipient_not_payable", "The recipient has no active bank_accounts capability.")
    if asked["from"]["financial_account"] != FINANCIAL_ACCOUNT:
        return v2_error(404, "not_found", f"No financial account {asked['from']['financial_account']!r}.")
    value, currency = asked["amount"]["value"], asked["amount"]["currency"].lower()
    if value <= 0:
        return v2_error(400, "invalid_amount", "amount.value must be greater than zero.")
    if world.financial.setdefault(currency, BALANCE) < value:
        return v2_error(
            400, "insufficient_funds", "The financial account does not hold enough.", "insufficient_funds"
        )
    world.financial[currency] -= value
    name = world.id("obp")
    made = {
        "id": name, "object": "v2.money_management.outbound_payment", "created": rfc3339(world.state.now),
        "amount": {"value": value, "currency": currency}, "from": {"financial_account": FINANCIAL_ACCOUNT, "debited": {"value": value, "currency": currency}},
        "to": {"recipient": asked["to"]["recipient"], "credited": {"value": value, "currency": asked["to"].get("currency", currency)}},
        "status": "processing", "status_details": None, "metadata": asked.get("metadata", {}), "description": asked.get("description"),
        "livemode": False, "cancelable": True,
    }  # fmt: skip
    world.outbound[name] = made
    fate = world.script.fate(asked["to"]["recipient"])
    if fate.becomes:
        settle(world, made, fate.becomes, fate.reason)
    return Answer(200, made)


def settle(world: Stripe, one: dict[str, Any], status: str, reason: str = "") -> dict[str, Any]:
    """Move an outbound payment on and tell the app. Raises Refused for a step that Stripe does not know."""
    if status not in MOVES.get(one["status"], set()):
        raise Refused(f"{one['id']} is {one['status']}; it cannot become {status!r}.")
    if status != "posted":
        world.financial[one["amount"]["currency"]] += one["amount"]["value"]
    details = {status: {"reason": reason or "unknown"}} if status in {"failed", "returned"} else None
    moved = one | {"status": status, "status_details": details, "cancelable": False}
    world.outbound[one["id"]] = moved
    kind = "v2.money_management.outbound_payment"
    world.tell(f"{kind}.{status}", kind, one["id"], f"/v2/money_management/outbound_payments/{one['id']}")
    return moved


def listed(data: list[dict[str, Any]], url: str) -> dict[str, Any]:
    """A list as v1 answers it."""
    return {"object": "list", "data": data, "has_more": False, "url": url}


def _active(account: dict[str, Any], group: str) -> bool:
    capabilities = account["configuration"]["recipient"]["capabilities"].get(group, {})
    return not account["closed"] and any(one["status"] == "active" for one in capabilities.values())
