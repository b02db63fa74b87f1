"""What apps bring to a storefront: files of the theme extension, its switch in the theme editor, the app proxy."""

import json
from urllib.parse import parse_qsl, urlencode

import requests
from flask import Blueprint, Response, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from devstore import app_page, theme_block, web_pixel
from devstore.model import Product, Refused, Shop
from devstore.pages_format import add_filters, shop_named
from devstore.pages_visit import root, signed_in
from devstore.proxy_signature import signed
from devstore.state import State
from devstore.storefront_locale import direction, storefront_locale

PROXY = "/apps/tribute"
TEMPLATES = {
    "index": "Home page",
    "product": "Products",
    "collection": "Collections",
    "page": "Pages",
    "cart": "Cart",
}
"""Of the theme, by the names that its files have."""
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
        template = _template(shop)
        held = _placed(shop, template)
        return render_template(
            "admin/theme.html",
            shop=shop,
            here="theme",
            is_on=shop.theme_embed_enabled,
            is_asked=wanted == theme_block.EMBED,
            template=template,
            templates=_templates(shop),
            fields=[
                (name, _title(name), _handle(name), held.get(name, {} if name == wanted else None))
                for name in theme_block.BLOCKS
            ],
            is_section=theme_block.is_section,
        )

    @pages.post(there)
    def switch(handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        template = _template(shop)
        with state.acting():
            _save(shop, template)
        return redirect(f"/store/{shop.handle}/themes/current/editor?template={template}", code=303)


def _save(shop: Shop, template: str) -> None:
    given = {name: _given(name) for name in theme_block.BLOCKS if name in request.form}
    shop.theme_embed_enabled = "on" in request.form
    shop.theme_blocks = {name: one for name, one in given.items() if not theme_block.is_section(name)}
    shop.theme_sections[template] = {name: one for name, one in given.items() if theme_block.is_section(name)}


def _templates(shop: Shop) -> dict[str, str]:
    """The theme's templates, and the page of each that the storefront has of its own: what the editor calls them."""
    own = {one.template: one.title for one in shop.pages.values() if one.template != "page"}
    return TEMPLATES | own


def _template(shop: Shop) -> str:
    """Which one the editor shows."""
    asked = request.args.get("template", "index")
    if asked not in _templates(shop):
        raise Refused(f"The theme has no template {asked!r}.", "NOT_FOUND")
    return asked


def _placed(shop: Shop, template: str) -> dict[str, dict[str, object]]:
    return shop.theme_blocks | shop.theme_sections.get(template, {})


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
    who = signed_in(shop)
    customer = str(who.id) if who else ""
    query = urlencode(
        signed(given, shop.domain, PROXY, state.now, state.app.client_secret, customer=customer)
    )
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
        blocks=theme_block.draw(shop, there, locale, is_signed_in=signed_in(shop) is not None),
        locale=locale,
        direction=direction(locale),
        drawn=html,
    )
