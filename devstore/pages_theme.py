"""What apps bring to a storefront: files of the theme extension, its switch in the theme editor, the app proxy."""

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import requests
from flask import Blueprint, Response, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from devstore import app_page, theme_block, web_pixel
from devstore.model import Product, Shop
from devstore.pages_format import add_filters, shop_named
from devstore.pages_visit import root
from devstore.proxy_signature import signed
from devstore.state import State
from devstore.storefront_locale import direction, storefront_locale

PROXY = "/apps/tribute"
SECONDS = 10
"""That Shopify waits for an app behind its proxy."""
TRAVEL = ("Content-Type", "Accept", "Accept-Language", "User-Agent", "Referer")
"""Headers that reach the app; a cookie never does, in neither direction."""


def blueprint(state: State) -> Blueprint:
    """/_extensions/..., the theme editor, and /shop/<handle>/apps/tribute/..."""
    pages = Blueprint("theme", __name__)
    add_filters(pages)

    @pages.get("/_extensions/tribute-theme/<name>")
    def asset(name: str) -> Response:
        return send_file(theme_block.asset(name))

    @pages.get("/_extensions/tribute-pixel/worker.js")
    def pixel() -> Response:
        return Response(web_pixel.code(), content_type="text/javascript")

    _editor_routes(pages, state)
    _proxy_routes(pages, state)
    return pages


def _editor_routes(pages: Blueprint, state: State) -> None:
    there = "/store/<handle>/themes/current/editor"

    @pages.get("/shops/<domain>/admin/themes/current/editor")
    def by_domain(domain: str) -> BaseResponse:
        query = request.query_string.decode()
        return redirect(f"/store/{state.shop(domain).handle}/themes/current/editor?{query}")

    @pages.get(there)
    def editor(handle: str) -> str:
        shop = shop_named(state, handle)
        asked = request.args.get("activateAppId") or request.args.get("addAppBlockId") or ""
        app, _, named = asked.partition("/")
        wanted = named if app == state.app.client_id else ""
        return render_template(
            "admin/theme.html",
            shop=shop,
            here="theme",
            is_on=shop.theme_embed_enabled,
            blocks=[
                (
                    name,
                    _title(name),
                    _handle(name),
                    shop.theme_blocks.get(name, {} if name == wanted else None),
                )
                for name in theme_block.BLOCKS
            ],
            is_asked=wanted == theme_block.EMBED,
        )

    @pages.post(there)
    def switch(handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        with state.acting():
            shop.theme_embed_enabled = "on" in request.form
            shop.theme_blocks = {name: _given(name) for name in theme_block.BLOCKS if name in request.form}
        return redirect(f"/store/{shop.handle}/themes/current/editor", code=303)


def _title(name: str) -> str:
    group = name.partition("-")[2]
    found: str = json.loads((theme_block.EXTENSION / "locales" / "en.default.schema.json").read_text())[
        group
    ]["name"]
    return found


def _handle(name: str) -> str | None:
    """The setting that says whose page, or which program's form, the block shows."""
    return {"creator-landing": "handle", "creator-signup": "program"}.get(name)


def _given(name: str) -> dict[str, object]:
    setting = _handle(name)
    return {setting: request.form.get(f"{name}-{setting}", "").strip()} if setting else {}


def _proxy_routes(pages: Blueprint, state: State) -> None:
    @pages.route(f"/shop/<handle>{PROXY}/<path:path>", methods=["GET", "POST"])
    def proxy(handle: str, path: str) -> Response:
        return _forwarded(state, shop_named(state, handle), path)


def _forwarded(state: State, shop: Shop, path: str) -> Response:
    """The app's answer to a signed request; a redirect is followed here, as at Shopify, and cookies are dropped."""
    given = parse_qsl(request.query_string.decode(), keep_blank_values=True)
    query = urlencode(signed(given, shop.domain, PROXY, state.now, state.app.client_secret))
    headers = {name: request.headers[name] for name in TRAVEL if name in request.headers}
    answer = requests.request(
        request.method,
        f"{state.app.url.rstrip('/')}/proxy/{path}?{query}",
        data=request.get_data(),
        headers=headers | {"X-Forwarded-For": request.remote_addr or "", "X-Forwarded-Host": shop.domain},
        timeout=SECONDS,
    )
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith(app_page.TYPE):
        return Response(
            _in_theme(shop, answer.text), answer.status_code, content_type="text/html; charset=utf-8"
        )
    return Response(answer.content, answer.status_code, content_type=kind)


def _picture(product: Product) -> str:
    """As a file of its own: in a page it needs no namespace, elsewhere it does."""
    art = render_template("shop/picture.svg", product=product).strip()
    return art.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _in_theme(shop: Shop, liquid: str) -> str:
    """The app's Liquid inside the theme's own layout, unless it asks for none."""
    there = root(shop)
    products = {
        one.handle: app_page.product_facts(one, there, _picture(one))
        for one in shop.products.values()
        if one.status == "ACTIVE"
    }
    locale = storefront_locale()
    cart = shop.carts.get(request.cookies.get("cart", ""))
    attributes = cart.attributes if cart else None
    facts = app_page.facts(request.host_url, there, products, locale, attributes)
    html = app_page.drawing(shop.currency).from_string(liquid.removeprefix(app_page.BARE)).render(**facts)
    if liquid.startswith(app_page.BARE):
        return html
    return render_template(
        "shop/app_page.html",
        shop=shop,
        root=there,
        cart=None,
        blocks=replace(theme_block.draw(shop, there, locale), sections=""),
        locale=locale,
        direction=direction(locale),
        drawn=html,
    )
