"""Hangs every page of the devstore into a Flask application. The server calls `add_pages` once."""

from collections.abc import Mapping

from flask import Flask, redirect, render_template
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from devstore import (
    pages_admin,
    pages_cart,
    pages_cdn,
    pages_control,
    pages_orders,
    pages_storefront,
    pages_theme,
)
from devstore.state import State


def add_pages(
    app: Flask,
    state: State,
    deliveries: pages_control.Deliveries,
    scenarios: Mapping[str, pages_control.Scenario],
) -> None:
    """CDN scripts, admin, order pages, storefront, cart, control page, and a 404 that says what there is."""
    # Signs the one-time notices of the admin; nothing secret is kept there.
    app.secret_key = app.secret_key or "devstore"
    for module in (pages_admin, pages_orders, pages_storefront, pages_cart, pages_theme):
        app.register_blueprint(module.blueprint(state))
    app.register_blueprint(pages_control.blueprint(state, deliveries, scenarios))
    app.register_blueprint(pages_cdn.blueprint())

    @app.get("/")
    def start() -> Response:
        return redirect("/_control/")

    @app.errorhandler(NotFound)
    def not_found(error: NotFound) -> tuple[str, int]:
        return render_template("error.html", title="Nothing here", message=error.description), 404
