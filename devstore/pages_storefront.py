"""The storefront: home, collection, product, cart page, account, checkout, thank-you page."""

from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as BaseResponse

from devstore.model import Cart, Refused, Shop
from devstore.order_model import Address, Order
from devstore.pages_cart_json import PricedCart
from devstore.pages_format import add_filters, shop_named
from devstore.pages_visit import current_visit, remember_customer, root, signed_in
from devstore.state import State
from devstore.storefront_locale import direction, remember_locale, storefront_locale
from devstore.theme_block import Drawn, draw
from devstore.totals import Totals
from devstore.verbs.carts import checkout, checkout_token, set_cart
from devstore.verbs.customers import add_customer, find_customer
from devstore.web_pixel import Event, checkout_event, facts, product_viewed

COUNTRIES = {
    "NL": "Netherlands", "DE": "Germany", "FR": "France", "GB": "United Kingdom", "US": "United States", "JP": "Japan",
}  # fmt: skip
PAYMENTS = {"paid": "Pay now", "pending": "Pay later (bank transfer)", "declined": "Card that is declined"}


def blueprint(state: State) -> Blueprint:
    """Every page under /shop/<handle>/ that a shopper sees."""
    pages = Blueprint("storefront", __name__, url_prefix="/shop/<handle>")
    add_filters(pages)

    _shelf_routes(pages, state)
    _cart_routes(pages, state)
    _account_routes(pages, state)
    _checkout_routes(pages, state)
    _by_domain(pages, state)
    pages.register_error_handler(Refused, _not_here)
    return pages


def _show(
    state: State, shop: Shop, template: str, *events: Event, theme: str | None, **given: Any
) -> BaseResponse:
    """A page and what it tells pixels. `theme`: its template; None, as for checkouts: no block of an app runs on it."""
    visit = current_visit(state, shop)
    locale = storefront_locale()
    customer = signed_in(shop)
    is_known = customer is not None
    blocks = draw(shop, root(shop), locale, theme, is_signed_in=is_known) if theme else Drawn()
    with state.lock:
        cart = PricedCart(state, shop, visit.cart) if visit.cart else None
        html = render_template(
            template,
            shop=shop,
            root=root(shop),
            cart=cart,
            customer=customer,
            blocks=blocks,
            locale=locale,
            direction=direction(locale),
            pixel=facts(shop, *events),
            **given,
        )
    return remember_locale(visit.remember(make_response(html)))


def _shelf_routes(pages: Blueprint, state: State) -> None:
    @pages.get("/")
    def home(handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        return _show(state, shop, "shop/home.html", theme="index", products=_shelf(shop))

    @pages.get("/collections/all")
    def collection(handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        return _show(state, shop, "shop/collection.html", theme="collection", products=_shelf(shop))

    @pages.get("/products/<product_handle>")
    def product(handle: str, product_handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        found = shop.product_by_handle(product_handle)
        others = [one for one in _shelf(shop) if one is not found][:3]
        seen = product_viewed(found)
        return _show(state, shop, "shop/product.html", seen, theme="product", product=found, others=others)

    @pages.get("/pages/<page_handle>")
    def page(handle: str, page_handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        found = shop.pages.get(page_handle)
        if found is None:
            raise Refused(f"{shop.domain} has no page {page_handle!r}.", "NOT_FOUND")
        return _show(state, shop, "shop/page.html", theme=found.template, page=found)


def _cart_routes(pages: Blueprint, state: State) -> None:
    @pages.get("/cart")
    def cart_page(handle: str) -> BaseResponse:
        return _show(state, shop_named(state, handle), "shop/cart.html", theme="cart")

    @pages.get("/checkout")
    def to_checkout(handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        visit = current_visit(state, shop)
        there = f"checkouts/{visit.cart.token}" if visit.cart and visit.cart.lines else "cart"
        return visit.remember(redirect(root(shop) + there, code=303))

    @pages.get("/orders/<token>")
    def thank_you(handle: str, token: str) -> BaseResponse:
        shop = shop_named(state, handle)
        order = next((one for one in shop.orders.values() if one.token == token), None)
        if order is None:
            abort(404, f"{shop.domain} has no order with this address.")
        done = checkout_event("checkout_completed", order.visit.checkout_token, order)
        return _show(state, shop, "shop/thanks.html", done, theme=None, order=order, totals=Totals(order))


def _account_routes(pages: Blueprint, state: State) -> None:
    """Whoever enters an address is signed in: a new one opens an account, as Shopify's customer accounts do."""

    @pages.get("/account")
    def account(handle: str) -> BaseResponse:
        return _show(state, shop_named(state, handle), "shop/account.html", theme="customers/account")

    @pages.post("/account")
    def sign_in(handle: str) -> tuple[str, int] | BaseResponse:
        shop = shop_named(state, handle)
        email = request.form.get("email", "").strip()
        if "@" not in email:
            return _not_here(Refused(f"{email!r} is no e-mail address.", "INVALID"))
        with state.acting():
            known = find_customer(shop, email) or add_customer(state, shop, email, has_account=True)
            known.has_account = True
        return remember_customer(shop, redirect(root(shop) + "account", code=303), known)

    @pages.post("/account/leave")
    def sign_out(handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        return remember_customer(shop, redirect(root(shop), code=303), None)


def _by_domain(pages: Blueprint, state: State) -> None:
    """/shops/<domain>/discount/X: what https://<domain>/discount/X is in life. Links of the app lead here."""

    def forward(domain: str, path: str = "") -> BaseResponse:
        query = request.query_string.decode()
        return redirect(root(state.shop(domain)) + path + (f"?{query}" if query else ""))

    def add(setup: BlueprintSetupState) -> None:
        for name, rule in (
            ("domain_root", "/shops/<domain>/"),
            ("domain_path", "/shops/<domain>/<path:path>"),
        ):
            setup.app.add_url_rule(rule, f"storefront.{name}", forward, methods=["GET"])

    pages.record(add)


def _not_here(refusal: Refused) -> tuple[str, int]:
    return render_template("error.html", title="Not in this shop", message=refusal.message), 404


def _shelf(shop: Shop) -> list[Any]:
    return [product for product in shop.products.values() if product.status == "ACTIVE"]


def _cart_at(shop: Shop, token: str) -> Cart:
    cart = shop.carts.get(token)
    if cart is None or not cart.lines:
        raise Refused("This checkout is over: its cart was ordered already, or never filled.", "NOT_FOUND")
    return cart


def _checkout_page(state: State, shop: Shop, cart: Cart, *, problem: str | None = None) -> str:
    priced = PricedCart(state, shop, cart)
    return render_template(
        "shop/checkout.html",
        shop=shop,
        root=root(shop),
        cart=priced,
        token=cart.token,
        countries=COUNTRIES,
        payments=PAYMENTS,
        form=request.form,
        problem=problem,
        pixel=facts(shop, checkout_event("checkout_started", checkout_token(state, cart))),
    )


def _checkout_routes(pages: Blueprint, state: State) -> None:
    @pages.get("/checkouts/<token>")
    def checkout_page(handle: str, token: str) -> str:
        shop = shop_named(state, handle)
        with state.lock:
            return _checkout_page(state, shop, _cart_at(shop, token))

    @pages.post("/checkouts/<token>/discount")
    def apply_code(handle: str, token: str) -> BaseResponse:
        shop = shop_named(state, handle)
        cart = _cart_at(shop, token)
        codes = [request.form.get("discount", "").strip(), *cart.discount_codes]
        set_cart(state, shop, cart, discount_codes=list(dict.fromkeys(codes)))
        return redirect(f"{root(shop)}checkouts/{token}", code=303)

    @pages.post("/checkouts/<token>/discount/remove")
    def remove_code(handle: str, token: str) -> BaseResponse:
        shop = shop_named(state, handle)
        cart = _cart_at(shop, token)
        gone = request.form.get("discount", "").casefold()
        set_cart(
            state,
            shop,
            cart,
            discount_codes=[code for code in cart.discount_codes if code.casefold() != gone],
        )
        return redirect(f"{root(shop)}checkouts/{token}", code=303)

    @pages.post("/checkouts/<token>")
    def pay(handle: str, token: str) -> tuple[str, int] | BaseResponse:
        shop = shop_named(state, handle)
        with state.acting():
            cart = _cart_at(shop, token)
            problem = _problem()
            if problem:
                return _checkout_page(state, shop, cart, problem=problem), 422
            order = _place(state, shop, cart)
        return redirect(f"{root(shop)}orders/{order.token}", code=303)


def _problem() -> str | None:
    email = request.form.get("email", "").strip()
    if "@" not in email:
        return f"{email!r} is no e-mail address. Enter one, so that the receipt can be sent."
    if request.form.get("payment") not in PAYMENTS:
        return "Choose how to pay."
    if request.form.get("payment") == "declined":
        return "The bank declined the card. No order was placed; choose another way to pay."
    return None


def _place(state: State, shop: Shop, cart: Cart) -> Order:
    email = request.form["email"].strip()
    if find_customer(shop, email) is None:
        add_customer(state, shop, email, address=_address())
    return checkout(
        state,
        shop,
        cart,
        email=email,
        payment=request.form["payment"],
        user_agent=request.headers.get("User-Agent"),
        test="test" in request.form,
    )


def _address() -> Address:
    code = request.form.get("country", "NL")
    return Address(
        first_name="Jane",
        last_name="Doe",
        address1="Parkweg 7",
        city="Exampleville",
        zip="1000",
        country=COUNTRIES.get(code, COUNTRIES["NL"]),
        country_code=code if code in COUNTRIES else "NL",
    )
