"""Recipients at the pretend Stripe, the links into their onboarding, and where events go."""

from datetime import timedelta
from typing import Any

from flask import request

from devstore.clock import rfc3339
from devstore.provider_script import Answer
from devstore.stripe.world import Link, Stripe

LINK_LIVES = timedelta(minutes=5)
PARTS = ("configuration", "defaults", "identity", "requirements")


def create(world: Stripe, asked: dict[str, Any]) -> Answer:
    """An account whose requested capabilities wait for onboarding."""
    wanted = asked.get("configuration", {}).get("recipient", {}).get("capabilities", {})
    capabilities = {
        group: {name: {"requested": True, "status": "pending", "status_details": []} for name in names}
        for group, names in wanted.items()
    }
    account = {
        "id": world.id("acct"), "object": "v2.core.account", "applied_configurations": ["recipient"],
        "closed": False, "contact_email": asked.get("contact_email"), "created": rfc3339(world.state.now),
        "dashboard": asked.get("dashboard"), "display_name": asked.get("display_name"), "livemode": False,
        "metadata": asked.get("metadata", {}), "identity": asked.get("identity"), "defaults": asked.get("defaults"),
        "configuration": {"recipient": {"applied": True, "capabilities": capabilities}},
        "requirements": {"entries": [], "summary": None},
    }  # fmt: skip
    world.accounts[account["id"]] = account
    return Answer(200, shown(account, asked.get("include", [])))


def shown(account: dict[str, Any], include: list[str]) -> dict[str, Any]:
    """The account; what was not asked for by `include` is null, as v2 has it."""
    wanted = {name.partition(".")[0] for name in include}
    return account | {part: None for part in PARTS if part not in wanted}


def link(world: Stripe, asked: dict[str, Any]) -> Answer:
    """A way into onboarding that works once and for five minutes."""
    account = world.found(world.accounts, asked["account"])
    kind = asked["use_case"]["type"]
    case = asked["use_case"].get(kind, {})
    token = world.state.next_token("stripe-link")
    ends = world.state.now + LINK_LIVES
    world.links[token] = Link(
        account["id"], case.get("return_url", ""), case.get("refresh_url", ""), ends.timestamp()
    )
    return Answer(200, {
        "object": "v2.core.account_link", "account": account["id"], "created": rfc3339(world.state.now),
        "expires_at": rfc3339(ends), "livemode": False, "use_case": asked["use_case"],
        "url": f"{request.host_url}pretend/stripe/setup/{token}",
    })  # fmt: skip


def destination(world: Stripe, asked: dict[str, Any]) -> Answer:
    """From now on only events that some destination enables are sent; all go to the app's address."""
    made = asked | {
        "id": world.id("ed"), "object": "v2.core.event_destination", "status": "enabled",
        "created": rfc3339(world.state.now), "updated": rfc3339(world.state.now), "livemode": False,
    }  # fmt: skip
    world.destinations[made["id"]] = made
    secret = {"signing_secret": world.post.switches.secret}
    return Answer(200, made | {"webhook_endpoint": asked.get("webhook_endpoint", {}) | secret})
