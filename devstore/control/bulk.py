"""Bulk queries and the large past that they read."""

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from devstore.control.body import body
from devstore.graphql.bulk import finish_all
from devstore.history import make_history
from devstore.state import State


def register(app: Flask, state: State) -> None:
    """Routes about bulk queries."""

    @app.post("/_control/shops/<domain>/history")
    def history(domain: str) -> ResponseReturnValue:
        given, shop = body({"orders", "days"}), state.shop(domain)
        with state.lock:
            shop.history = make_history(
                shop,
                orders=int(given.get("orders", 10_000)),
                days=int(given.get("days", 50)),
                until=state.now,
            )
        return jsonify(orders=shop.history.orders, samples=len(shop.history.samples)), 201

    @app.get("/_control/shops/<domain>/bulk")
    def operations(domain: str) -> ResponseReturnValue:
        known = state.shop(domain).bulk_operations.values()
        return jsonify([{"id": one.id, "status": one.status, "bytes": one.size} for one in known])

    @app.post("/_control/shops/<domain>/bulk/finish")
    def finish(domain: str) -> ResponseReturnValue:
        ended = finish_all(state, state.shop(domain), request.host_url.rstrip("/"))
        return jsonify(finished=[one.id for one in ended])
