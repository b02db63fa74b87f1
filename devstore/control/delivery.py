"""Switches, log and settling of webhooks."""

from dataclasses import asdict
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from devstore.clock import rfc3339
from devstore.control.body import apply, body
from devstore.state import State
from devstore.webhooks.courier import Courier, Delivery

LONGEST_WAIT = 120


def register(app: Flask, state: State, courier: Courier) -> None:
    """Routes about deliveries."""

    @app.post("/_control/webhooks")
    def switches() -> ResponseReturnValue:
        with state.lock:
            apply(state.switches.delivery, body())
        courier.wake()
        return jsonify(asdict(state.switches.delivery))

    @app.get("/_control/webhooks")
    def shown() -> ResponseReturnValue:
        return jsonify(asdict(state.switches.delivery) | {"counts": courier.counts()})

    @app.post("/_control/webhooks/settle")
    def settle_deliveries() -> ResponseReturnValue:
        wait = min(float(body({"timeout_seconds"}).get("timeout_seconds", 30)), LONGEST_WAIT)
        settled = courier.settle(wait)
        return jsonify(settled=settled, counts=courier.counts())

    @app.get("/_control/webhooks/log")
    def log() -> ResponseReturnValue:
        topic = request.args.get("topic")
        rows = [one for one in list(courier.log) if topic in {None, one.event.topic}]
        return jsonify([show(one) for one in rows])

    @app.post("/_control/webhooks/forget")
    def forget() -> ResponseReturnValue:
        courier.clear()
        return jsonify(counts=courier.counts())


def show(one: Delivery) -> dict[str, Any]:
    """A delivery as the control API shows it."""
    return {
        "webhook_id": one.webhook_id,
        "event_id": one.event.event_id,
        "topic": one.event.topic,
        "shop": one.event.shop_domain,
        "triggered_at": rfc3339(one.event.triggered_at),
        "status": one.status,
        "answers": one.answers,
        "copy": one.copy,
        "body": one.event.body.decode(),
    }
