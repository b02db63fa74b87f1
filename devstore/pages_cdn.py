"""The two scripts of Shopify's CDN, as stand-ins, at the official paths. Tests may also serve them by routing."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request

STATIC = Path(__file__).parent / "static"
POLARIS_NAMES = ("polaris.js", "polaris-1.js")


@cache
def app_bridge_script() -> str:
    """App Bridge's stand-in: its parts, in the order of their numbers, inside one function."""
    return _joined("app-bridge", "")


@cache
def polaris_script() -> str:
    """The Polaris stand-in; the list of elements goes before it, so that it can warn about unknown names."""
    return _joined("polaris", f"const ELEMENTS = {(STATIC / 'polaris-elements.json').read_text()};\n")


def _joined(folder: str, before: str) -> str:
    parts = [part.read_text() for part in sorted((STATIC / folder).glob("*.js"))]
    return '(() => {\n"use strict";\n' + before + "\n".join(parts) + "})();\n"


def blueprint() -> Blueprint:
    """GET /shopifycloud/app-bridge.js, polaris-1.js and polaris.js; any other name there is a 404."""
    pages = Blueprint("cdn", __name__, static_folder="static", static_url_path="/_static")

    @pages.get("/shopifycloud/app-bridge.js")
    def app_bridge() -> Response:
        return _script(app_bridge_script())

    for name in POLARIS_NAMES:
        pages.add_url_rule(
            f"/shopifycloud/{name}", name.removesuffix(".js"), lambda: _script(polaris_script())
        )
    return pages


def _script(source: str) -> Response:
    response = Response(source, content_type="text/javascript; charset=utf-8")
    response.set_etag(hashlib.sha256(source.encode()).hexdigest()[:16])
    # Asked again each time, so that an edited stand-in is seen at once; the tag makes the answer short.
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.make_conditional(request)
    return response
