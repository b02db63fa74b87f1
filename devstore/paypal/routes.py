"""The doors of the pretend PayPal under /pretend/paypal: tokens, payouts, verification of notices."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from devstore import provider_control
from devstore.control.body import body
from devstore.model import Refused
from devstore.paypal.batches import batch_shown, create_batch, error, scripted
from devstore.paypal.contract import Unfit, batch_of, verification_of
from devstore.paypal.world import CLIENT_ID, CLIENT_SECRET, PayPal
from devstore.provider_script import Answer, play
from devstore.state import State

PREFIX = "/pretend/paypal"
TOKEN_LIVES = timedelta(hours=9)
SCOPE = "https://uri.paypal.com/payments/payouts"
LARGEST_PAGE = 1000


def register(app: Flask, state: State) -> PayPal:
    """Hang the API and the control verbs on the devstore."""
    world = PayPal(state)
    _token(app, world)
    _payouts(app, world)
    _items(app, world)
    _verify(app, world)
    _control(app, world)
    provider_control.register(app, "paypal", world)
    return world


def _safely(world: PayPal, act: Callable[[], Answer]) -> Response:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    try:
        with world.state.lock:
            ends = world.tokens.get(token)
            if ends is None or world.state.now >= ends:
                return error(401, "AUTHENTICATION_FAILURE", "The token is unknown or too old.").response()
            answer = act()
    except Unfit as problem:
        answer = error(400, "VALIDATION_ERROR", "Invalid request.", problem.field, problem.issue)
    except Refused as problem:
        answer = error(404, "RESOURCE_NOT_FOUND", problem.message)
    return answer.response()


def _token(app: Flask, world: PayPal) -> None:
    wanted = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()

    @app.post(f"{PREFIX}/v1/oauth2/token")
    def paypal_token() -> ResponseReturnValue:
        if request.headers.get("Authorization") != f"Basic {wanted}":
            return jsonify(error="invalid_client", error_description="Client Authentication failed"), 401
        if request.form.get("grant_type") != "client_credentials":
            return jsonify(error="unsupported_grant_type", error_description="Only client_credentials"), 400
        with world.state.lock:
            token = world.state.next_token("paypal-token", 48)
            world.tokens[token] = world.state.now + TOKEN_LIVES
        return jsonify(
            access_token=token,
            token_type="Bearer",  # noqa: S106  # the kind, not a secret
            expires_in=int(TOKEN_LIVES.total_seconds()),
            scope=SCOPE,
        )


def _payouts(app: Flask, world: PayPal) -> None:
    @app.post(f"{PREFIX}/v1/payments/payouts")
    def paypal_pay() -> Response:
        def act() -> Answer:
            asked = batch_of(request.get_json(silent=True))
            step = world.script.take({item.receiver for item in asked.items})
            return play(step, lambda: create_batch(world, asked, _here()), scripted)

        return _safely(world, act)

    @app.get(f"{PREFIX}/v1/payments/payouts/<name>")
    def paypal_batch(name: str) -> Response:
        page, size = (
            request.args.get(key, start, type=int) for key, start in (("page", 1), ("page_size", 1000))
        )

        def act() -> Answer:
            if page < 1 or not 1 <= size <= LARGEST_PAGE:
                raise Unfit("page_size", f"page is 1 or more, page_size 1 to {LARGEST_PAGE}")
            return batch_shown(world, world.found(world.batches, name), page, size, _here())

        return _safely(world, act)


def _items(app: Flask, world: PayPal) -> None:
    @app.get(f"{PREFIX}/v1/payments/payouts-item/<name>")
    def paypal_item(name: str) -> Response:
        return _safely(world, lambda: Answer(200, world.found(world.items, name)))

    @app.post(f"{PREFIX}/v1/payments/payouts-item/<name>/cancel")
    def paypal_cancel(name: str) -> Response:
        def act() -> Answer:
            item = world.found(world.items, name)
            if item["transaction_status"] != "UNCLAIMED":
                return error(400, "ITEM_INCORRECT_STATUS", "Only unclaimed items can be cancelled.")
            return Answer(200, world.move(item, "RETURNED"))

        return _safely(world, act)


def _verify(app: Flask, world: PayPal) -> None:
    @app.post(f"{PREFIX}/v1/notifications/verify-webhook-signature")
    def paypal_verify() -> Response:
        def act() -> Answer:
            asked = verification_of(request.get_json(silent=True))
            # PayPal sums up the bytes it sent; written again in the same order they are the same bytes.
            raw = json.dumps(asked.webhook_event).encode()
            right = world.signature(asked.transmission_id, asked.transmission_time, asked.webhook_id, raw)
            same = hmac.compare_digest(right.encode(), asked.transmission_sig.encode())
            return Answer(200, {"verification_status": "SUCCESS" if same else "FAILURE"})

        return _safely(world, act)


def _control(app: Flask, world: PayPal) -> None:
    @app.post("/_control/paypal/items/<name>")
    def paypal_move(name: str) -> ResponseReturnValue:
        given = body({"status", "reason"})
        with world.state.lock:
            item = world.found(world.items, name)
            return jsonify(world.move(item, str(given.get("status", "")), str(given.get("reason", ""))))

    @app.post("/_control/paypal/balance")
    def paypal_balance() -> ResponseReturnValue:
        given: dict[str, Any] = body()
        with world.state.lock:
            world.balances.update({key: Decimal(str(value)) for key, value in given.items()})
            return jsonify({key: str(value) for key, value in world.balances.items()})


def _here() -> str:
    return f"{request.host_url.rstrip('/')}{PREFIX}"
