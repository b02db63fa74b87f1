"""The dev admin: the app inside its frame, the grant screen, and what App Bridge's stand-in asks."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from devstore.model import Refused, Shop
from devstore.pages_embed import STAFF, Staff, frame_address, id_token, staff_json
from devstore.pages_format import add_filters, shop_named
from devstore.state import State
from devstore.verbs.install import install, set_scopes, uninstall

LOCALES = {"en": "English", "de": "Deutsch", "ar": "العربية"}
RIGHT_TO_LEFT = frozenset({"ar"})


def current_staff() -> Staff:
    """The person chosen in the top bar."""
    return STAFF.get(request.cookies.get("dev_user", "owner"), STAFF["owner"])


def current_locale() -> str:
    """The language chosen in the top bar; ?locale= overrules it for one page."""
    wanted = request.args.get("locale") or request.cookies.get("dev_locale", "en")
    return wanted if wanted in LOCALES else "en"


def blueprint(state: State) -> Blueprint:
    """Everything under /store/<handle>/ but the lists and orders."""
    pages = Blueprint("admin", __name__)
    add_filters(pages)

    @pages.app_context_processor
    def chrome() -> dict[str, Any]:
        locale = current_locale()
        return {
            "app_title": state.app.title,
            "app_handle": state.app.handle,
            "locale": locale,
            "locales": LOCALES,
            "direction": "rtl" if locale in RIGHT_TO_LEFT else "ltr",
            "user": request.cookies.get("dev_user", "owner"),
            "staff": STAFF,
        }

    @pages.get("/store/<handle>/")
    def home(handle: str) -> BaseResponse:
        return redirect(f"/store/{shop_named(state, handle).handle}/orders")

    @pages.post("/store/<handle>/preferences")
    def preferences(handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        back = urlsplit(request.form.get("back", ""))
        inside = back.path if back.path.startswith(f"/store/{shop.handle}/") else f"/store/{shop.handle}/"
        response = make_response(redirect(inside, code=303))
        response.set_cookie("dev_locale", request.form.get("locale", "en"), samesite="Lax")
        response.set_cookie("dev_user", request.form.get("user", "owner"), samesite="Lax")
        return response

    _frame_routes(pages, state)
    _bridge_routes(pages, state)
    return pages


def _shop_of_app(state: State, handle: str, app: str) -> Shop:
    if app != state.app.handle:
        abort(404, f"There is no app {app!r} here; the app is {state.app.handle!r}.")
    return shop_named(state, handle)


def _frame_routes(pages: Blueprint, state: State) -> None:
    @pages.get("/store/<handle>/apps/<app>/", defaults={"path": ""})
    @pages.get("/store/<handle>/apps/<app>/<path:path>")
    def frame(handle: str, app: str, path: str) -> str:
        shop = _shop_of_app(state, handle, app)
        if shop.install is None:
            return render_template("admin/grant.html", shop=shop, here="app", scopes=sorted(state.app.scopes))
        staff = current_staff()
        source = frame_address(
            state,
            shop,
            staff,
            path=path,
            query=request.query_string.decode(),
            netloc=request.host,
            locale=current_locale(),
        )
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(state.app.url))
        return render_template(
            "admin/frame.html",
            shop=shop,
            here="app",
            source=source,
            origin=origin,
            user_json=staff_json(staff),
        )

    @pages.post("/store/<handle>/apps/<app>/_install")
    def install_here(handle: str, app: str) -> BaseResponse:
        shop = _shop_of_app(state, handle, app)
        install(state, shop)
        return redirect(f"/store/{shop.handle}/apps/{app}/", code=303)

    @pages.post("/store/<handle>/apps/<app>/_uninstall")
    def uninstall_here(handle: str, app: str) -> BaseResponse:
        shop = _shop_of_app(state, handle, app)
        uninstall(state, shop)
        return redirect(f"/store/{shop.handle}/apps/{app}/", code=303)


def _bridge_routes(pages: Blueprint, state: State) -> None:
    base = "/store/<handle>/apps/<app>/_bridge"

    @pages.get(f"{base}/id-token")
    def token(handle: str, app: str) -> Response:
        return jsonify(result=id_token(state, _shop_of_app(state, handle, app), current_staff()))

    @pages.get(f"{base}/scopes")
    def scopes(handle: str, app: str) -> Response:
        shop = _shop_of_app(state, handle, app)
        granted = shop.install.scopes if shop.install else frozenset()
        return jsonify(
            result={
                "granted": sorted(granted),
                "required": sorted(state.app.scopes),
                "optional": sorted(state.app.optional_scopes),
            }
        )

    @pages.get(f"{base}/extensions")
    def extensions(handle: str, app: str) -> Response:
        shop = _shop_of_app(state, handle, app)
        status = "active" if shop.theme_embed_enabled else "available"
        embed = {"handle": "tribute-embed", "target": "body", "status": status}
        return jsonify(
            result=[{"handle": "tribute-theme", "type": "theme_app_extension", "activations": [embed]}]
        )

    @pages.post(f"{base}/scopes/<change>")
    def change_scopes(handle: str, app: str, change: str) -> tuple[Response, int]:
        shop = _shop_of_app(state, handle, app)
        try:
            return jsonify(result=_changed_scopes(state, shop, change)), 200
        except Refused as refusal:
            return jsonify(error=refusal.message), 409

    @pages.errorhandler(Refused)
    def refused(refusal: Refused) -> tuple[str, int]:
        return render_template("error.html", title="The shop says no", message=refusal.message), 409


def _changed_scopes(state: State, shop: Shop, change: str) -> dict[str, Any]:
    """Grant or take back optional scopes. Refused: a scope that shopify.app.toml does not list as optional."""
    names = frozenset(request.get_json().get("names", []))
    unknown = names - state.app.optional_scopes
    if unknown or change not in {"request", "revoke"}:
        told = ", ".join(sorted(unknown)) or change
        raise Refused(f"{told}: not an optional scope of {state.app.title}; see optional_scopes in its toml.")
    held = shop.install.scopes if shop.install else frozenset()
    set_scopes(state, shop, held | names if change == "request" else held - names)
    return {
        "result": "granted-all" if change == "request" else "revoked",
        "detail": {"granted": sorted(names)},
    }
