"""The JSON control API under /_control: what a person does in the pages, for tests. Loopback only."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, request

from devstore.control import bulk, delivery, order_life, orders, platform, rewards, shelf, shops
from devstore.graphql.endpoint import AdminApi
from devstore.model import Refused
from devstore.state import State
from devstore.webhooks.courier import Courier


def register(app: Flask, state: State, courier: Courier, api: AdminApi) -> None:
    """Hang every control route on the application."""

    @app.before_request
    def only_from_here() -> None:
        if not request.path.startswith("/_control"):
            return
        if not ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104  # nobody, not a binding
            raise Refused(f"The control API answers loopback only, not {request.remote_addr}.", "FORBIDDEN")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            raise Refused(f"The control API does not answer pages of {origin}.", "FORBIDDEN")

    platform.register(app, state, courier, api)
    shops.register(app, state)
    shelf.register(app, state)
    orders.register(app, state)
    order_life.register(app, state)
    delivery.register(app, state, courier)
    bulk.register(app, state)
    rewards.register(app, state)
