"""What tests do at the pretend Stripe that no API call does."""

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from devstore.control.body import body
from devstore.stripe.payments import reverse, settle
from devstore.stripe.world import Stripe


def register(app: Flask, world: Stripe) -> None:
    """POST /_control/stripe/..."""

    @app.post("/_control/stripe/balance")
    def stripe_balance() -> ResponseReturnValue:
        given = body({"available", "financial_account"})
        with world.state.lock:
            world.available.update(given.get("available", {}))
            world.financial.update(given.get("financial_account", {}))
            return jsonify(available=world.available, financial_account=world.financial)

    @app.post("/_control/stripe/accounts/<name>")
    def stripe_account(name: str) -> ResponseReturnValue:
        given = body({"status", "closed"})
        with world.state.lock:
            account = world.found(world.accounts, name)
            if "closed" in given:
                account["closed"] = bool(given["closed"])
                world.tell("v2.core.account.closed", "v2.core.account", name, f"/v2/core/accounts/{name}")
            if "status" in given:
                world.set_capability(account, given["status"])
            return jsonify(account)

    @app.post("/_control/stripe/outbound_payments/<name>")
    def stripe_outbound(name: str) -> ResponseReturnValue:
        given = body({"status", "reason"})
        with world.state.lock:
            one = world.found(world.outbound, name)
            return jsonify(settle(world, one, given.get("status", ""), given.get("reason", "")))

    @app.post("/_control/stripe/transfers/<name>/reverse")
    def stripe_reverse(name: str) -> ResponseReturnValue:
        given = body({"amount"})
        with world.state.lock:
            answer = reverse(world, world.found(world.transfers, name), given)
        return jsonify(answer.body), answer.status
