"""The devstore as a web server: the Admin API, OAuth, bulk files, the control API, and the pages of pages_index."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

import devstore
from devstore import bulk_files, control, mailbox, provider_script
from devstore.graphql.endpoint import AdminApi
from devstore.mailbox import Mailbox
from devstore.model import Refused, Shop
from devstore.oauth import OAuthError, access_token
from devstore.pages_index import add_pages
from devstore.paypal import routes as paypal_routes
from devstore.scenarios import SCENARIOS
from devstore.state import State
from devstore.stripe import routes as stripe_routes
from devstore.webhooks.courier import Courier

MOST_BYTES = 16 * 1024 * 1024
WEAK = {"NOT_FOUND": 404}


def create_app(state: State, courier: Courier, box: Mailbox | None = None) -> Flask:
    """The Flask application. Every shop answers at its own Host and under /shops/<domain>."""
    app = Flask("devstore", static_folder=None, template_folder=f"{devstore.__path__[0]}/templates")
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it
    api = AdminApi(state)
    app.register_error_handler(Refused, _refused)
    _admin_routes(app, state, api)
    bulk_files.register(app, state)
    control.register(app, state, courier, api)
    stripe_routes.register(app, state)
    paypal_routes.register(app, state)
    mailbox.register(app, box or Mailbox())
    add_pages(app, state, courier, SCENARIOS)
    return app


def shop_of(state: State, domain: str | None) -> Shop:
    """The shop of this request: named in the path, else by the Host header. Raises Refused (404)."""
    return state.shop(domain or request.host.rpartition(":")[0] or request.host)


def _admin_routes(app: Flask, state: State, api: AdminApi) -> None:
    def graphql(version: str, domain: str | None = None) -> Response:
        shop = shop_of(state, domain)
        token = request.headers.get("X-Shopify-Access-Token", "")
        body = request.get_json(silent=True)
        answer = api.answer(shop, version, token, body, request.host_url.rstrip("/"))
        if answer.cut:
            return provider_script.Answer(answer.status, None, cut=True).response()
        response = jsonify(answer.body)
        response.status_code = answer.status
        response.headers.update(answer.headers)
        response.headers["X-Request-Id"] = state.next_uuid("request")
        return response

    def token(domain: str | None = None) -> Response:
        asked: Any = request.get_json(silent=True) or request.form
        try:
            return jsonify(access_token(state, shop_of(state, domain), asked))
        except OAuthError as problem:
            response = jsonify(problem.body)
            response.status_code = 400
            return response

    for prefix in ("", "/shops/<domain>"):
        name = "by_path" if prefix else "by_host"
        app.add_url_rule(
            f"{prefix}/admin/api/<version>/graphql.json", f"graphql_{name}", graphql, methods=["POST"]
        )
        app.add_url_rule(f"{prefix}/admin/oauth/access_token", f"token_{name}", token, methods=["POST"])


def _refused(refusal: Refused) -> tuple[Response, int]:
    return jsonify(error=refusal.message, code=refusal.code), WEAK.get(refusal.code, 422)


class Quiet(WSGIRequestHandler):
    """Says nothing about each request: the terminal belongs to the demo."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@dataclass(frozen=True)
class Running:
    """A devstore that listens: its address and its parts."""

    url: str
    port: int
    state: State
    courier: Courier


@contextlib.contextmanager
def running(
    state: State, port: int = 0, *, host: str = "127.0.0.1", workers: int = 1, box: Mailbox | None = None
) -> Iterator[Running]:
    """Serve on loopback while the block runs; port 0 takes a free one. Deliveries start and stop with it."""
    courier = Courier(state, workers)
    server = make_server(host, port, create_app(state, courier, box), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    courier.start()
    thread.start()
    try:
        yield Running(f"http://{host}:{server.server_port}", server.server_port, state, courier)
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
        courier.stop()
