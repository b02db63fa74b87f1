"""Who is looking at the storefront: the cart in a cookie, the page they landed on, what they agreed to."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from flask import request
from werkzeug.wrappers import Response

from devstore.model import Cart, Customer, Shop
from devstore.state import State
from devstore.verbs.carts import start_cart
from devstore.visit_model import PageVisit

CAMPAIGN_WORDS = frozenset({"ref", "source", "r", "tribute"})
LONGEST_LANDING = 2000
MOST_VISITS = 50


@dataclass
class Visit:
    """One browser in one shop. `cart` None: nothing was put into it yet."""

    shop: Shop
    cart: Cart | None
    landing_site: str
    referring_site: str
    browser: str

    def need_cart(self, state: State) -> Cart:
        """The cart, made now when there is none."""
        if self.cart is None:
            self.cart = start_cart(
                state,
                self.shop,
                landing_site=self.landing_site,
                referring_site=self.referring_site or None,
                browser=self.browser,
            )
        return self.cart

    def remember(self, response: Response) -> Response:
        """Write the cookies; they belong to this shop's pages only."""
        path = root(self.shop)
        response.set_cookie("landing", self.landing_site[:LONGEST_LANDING], path=path, samesite="Lax")
        response.set_cookie("referrer", self.referring_site[:LONGEST_LANDING], path=path, samesite="Lax")
        response.set_cookie("browser", self.browser, path=path, samesite="Lax")
        if self.cart is not None:
            response.set_cookie("cart", self.cart.token, path=path, samesite="Lax")
        return response


def signed_in(shop: Shop) -> Customer | None:
    """The customer whose account this browser is in."""
    said = request.cookies.get("customer", "")
    return shop.customers.get(int(said)) if said.isascii() and said.isdecimal() else None


def remember_customer(shop: Shop, response: Response, customer: Customer | None) -> Response:
    """Let this browser be in that account, or in none."""
    if customer is None:
        response.delete_cookie("customer", path=root(shop))
    else:
        response.set_cookie("customer", str(customer.id), path=root(shop), samesite="Lax")
    return response


def root(shop: Shop) -> str:
    """Where the storefront begins: Shopify.routes.root."""
    return f"/shop/{shop.handle}/"


def current_visit(state: State, shop: Shop) -> Visit:
    """The visit of this request. A campaign address or another site's link begins a new one, as at Shopify."""
    cart = shop.carts.get(request.cookies.get("cart", ""))
    browser = request.cookies.get("browser") or state.next_token("browser")
    landing, referrer = request.cookies.get("landing"), request.cookies.get("referrer", "")
    outside = _outside_referrer()
    if landing is None or outside or _is_campaign():
        landing, referrer = _here(shop), outside
        with state.acting():
            if request.cookies.get(f"consent_{shop.handle}") != "no":
                _note(shop, browser, PageVisit(state.now, landing))
            if cart is not None:
                cart.landing_site, cart.referring_site = landing, referrer or None
    return Visit(shop, cart, landing, referrer, browser)


def _note(shop: Shop, browser: str, visit: PageVisit) -> None:
    """For customerJourneySummary, which knows nothing of who declined."""
    shop.browsers[browser] = [*shop.browsers.get(browser, ()), visit][-MOST_VISITS:]


def _here(shop: Shop) -> str:
    path = "/" + request.path.removeprefix(root(shop))
    query = request.query_string.decode()
    return f"{path}?{query}" if query else path


def _outside_referrer() -> str:
    referrer = request.referrer or ""
    return "" if urlsplit(referrer).netloc in {"", request.host} else referrer


def _is_campaign() -> bool:
    names = {name for name, _ in parse_qsl(request.query_string.decode(), keep_blank_values=True)}
    return bool(names & CAMPAIGN_WORDS) or any(name.startswith("utm_") for name in names)


def inside(shop: Shop, wanted: str | None) -> str:
    """A redirect target of the shopper's own, kept inside the shop: /products/x, never //evil or https://."""
    path = wanted or "/"
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        path = "/"
    return root(shop) + path.lstrip("/")
