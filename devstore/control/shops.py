"""Shops, discounts, installation, privacy requests."""

from decimal import Decimal
from typing import Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from devstore.clock import rfc3339
from devstore.control.body import amount, body, instant
from devstore.discount_model import Discount, DiscountKind
from devstore.model import Customer, Refused, Shop
from devstore.payloads.discount import discount_gid
from devstore.state import State
from devstore.verbs import discounts
from devstore.verbs.create_shop import create_shop, update_shop
from devstore.verbs.customers import find_customer, redact_customer, redact_shop, request_data
from devstore.verbs.install import install, set_scopes, uninstall
from devstore.verbs.notify import send_test_notification

SHOP_AMOUNTS = ("tax_rate", "shipping_price")


def register(app: Flask, state: State) -> None:
    """Routes about a shop and its app."""
    _shop_routes(app, state)
    _discount_routes(app, state)
    _install_routes(app, state)
    _privacy_routes(app, state)


def _shop_routes(app: Flask, state: State) -> None:
    @app.post("/_control/shops")
    def open_shop() -> ResponseReturnValue:
        given = _shop_fields(body())
        missing = {"domain", "currency", "timezone"} - set(given)
        if missing:
            raise Refused(f"Missing: {', '.join(sorted(missing))}.")
        domain = given.pop("domain")
        given = {"name": domain.split(".")[0].title(), "country": "NL"} | given
        return jsonify(show_shop(state, create_shop(state, domain, **given))), 201

    @app.patch("/_control/shops/<domain>")
    def change_shop(domain: str) -> ResponseReturnValue:
        shop = state.shop(domain)
        return jsonify(show_shop(state, update_shop(state, shop, **_shop_fields(body()))))

    @app.get("/_control/shops/<domain>")
    def see_shop(domain: str) -> ResponseReturnValue:
        return jsonify(show_shop(state, state.shop(domain)))

    @app.post("/_control/shops/<domain>/test_notification")
    def test_notification(domain: str) -> ResponseReturnValue:
        send_test_notification(state, state.shop(domain))
        return jsonify(sent=True)


def _discount_routes(app: Flask, state: State) -> None:
    @app.get("/_control/shops/<domain>/discounts")
    def discount_list(domain: str) -> ResponseReturnValue:
        with state.lock:
            return jsonify([show_discount(state, one) for one in state.shop(domain).discounts.values()])

    @app.post("/_control/shops/<domain>/discounts")
    def new_discount(domain: str) -> ResponseReturnValue:
        keys = {"title", "code", "percent", "amount", "free_shipping", "starts_at", "ends_at", "usage_limit"}
        given = body(keys)
        kind, value = DiscountKind.FREE_SHIPPING, Decimal(100)
        if "percent" in given or "amount" in given:
            kind = DiscountKind.PERCENTAGE if "percent" in given else DiscountKind.FIXED_AMOUNT
            value = amount(given, "percent" if "percent" in given else "amount") or Decimal(0)
        made = discounts.create_discount(
            state,
            state.shop(domain),
            title=given.get("title") or given.get("code") or "Discount",
            value=value,
            kind=kind,
            code=given.get("code"),
            starts_at=instant(given, "starts_at"),
            ends_at=instant(given, "ends_at"),
            usage_limit=given.get("usage_limit"),
        )
        return jsonify(show_discount(state, made)), 201

    @app.post("/_control/shops/<domain>/discounts/<int:number>/<verb>")
    def discount_verb(domain: str, number: int, verb: str) -> ResponseReturnValue:
        shop = state.shop(domain)
        verbs = {"activate": discounts.activate_discount, "deactivate": discounts.deactivate_discount}
        if number not in shop.discounts:
            raise Refused(f"{domain} has no discount {number}.", "NOT_FOUND")
        if verb == "delete":
            discounts.delete_discount(state, shop, shop.discounts[number])
            return jsonify(deleted=number)
        if verb not in verbs:
            raise Refused(f"A discount can be activated, deactivated or deleted; not {verb!r}.", "NOT_FOUND")
        return jsonify(show_discount(state, verbs[verb](state, shop, shop.discounts[number])))


def _install_routes(app: Flask, state: State) -> None:
    @app.post("/_control/shops/<domain>/install")
    def put_in(domain: str) -> ResponseReturnValue:
        install(state, state.shop(domain), body({"scopes"}).get("scopes"))
        return jsonify(show_shop(state, state.shop(domain)))

    @app.post("/_control/shops/<domain>/uninstall")
    def throw_out(domain: str) -> ResponseReturnValue:
        uninstall(state, state.shop(domain))
        return jsonify(show_shop(state, state.shop(domain)))

    @app.post("/_control/shops/<domain>/scopes")
    def scopes(domain: str) -> ResponseReturnValue:
        set_scopes(state, state.shop(domain), body({"scopes"})["scopes"])
        return jsonify(show_shop(state, state.shop(domain)))


def _privacy_routes(app: Flask, state: State) -> None:
    @app.post("/_control/shops/<domain>/data_request")
    def data_request(domain: str) -> ResponseReturnValue:
        shop = state.shop(domain)
        request_data(state, shop, _customer(shop, body({"email"})["email"]))
        return jsonify(sent=True)

    @app.post("/_control/shops/<domain>/redact")
    def redact(domain: str) -> ResponseReturnValue:
        shop = state.shop(domain)
        email = body({"email"}).get("email")
        if email is None:
            redact_shop(state, shop)
        else:
            redact_customer(state, shop, _customer(shop, email))
        return jsonify(sent=True)


def _customer(shop: Shop, email: str) -> Customer:
    found = find_customer(shop, email)
    if found is None:
        raise Refused(f"{shop.domain} has no customer {email!r}.", "NOT_FOUND")
    return found


def _shop_fields(given: dict[str, Any]) -> dict[str, Any]:
    for key in SHOP_AMOUNTS:
        if key in given:
            given[key] = amount(given, key)
    if "presentment_rates" in given:
        rates = given["presentment_rates"]
        given["presentment_rates"] = {key: amount(rates, key) for key in rates}
    unknown = set(given) - set(Shop.__dataclass_fields__)
    if unknown:
        raise Refused(f"A shop has no setting {', '.join(sorted(unknown))}.")
    return given


def show_shop(state: State, shop: Shop) -> dict[str, Any]:
    """A shop as the control API shows it."""
    with state.lock:
        shelf = [
            {"id": p.id, "handle": p.handle, "title": p.title, "gift_card": p.gift_card,
             "variants": [{"id": v.id, "title": v.title, "price": str(v.price)} for v in p.variants]}
            for p in shop.products.values()
        ]  # fmt: skip
        return {
            "id": shop.id,
            "domain": shop.domain,
            "name": shop.name,
            "currency": shop.currency,
            "timezone": shop.timezone,
            "taxes_included": shop.taxes_included,
            "installed": shop.install is not None,
            "scopes": sorted(shop.install.scopes) if shop.install else [],
            "web_pixel_settings": shop.install.web_pixel_settings if shop.install else None,
            "orders": len(shop.orders),
            "products": shelf,
        }


def show_discount(state: State, one: Discount) -> dict[str, Any]:
    """A discount as the control API shows it."""
    return {
        "id": one.id,
        "gid": discount_gid(one),
        "title": one.title,
        "kind": one.kind.value,
        "value": str(one.value),
        "status": one.status_at(state.now),
        "starts_at": rfc3339(one.starts_at),
        "ends_at": None if one.ends_at is None else rfc3339(one.ends_at),
        "codes": [{"id": c.id, "code": c.code, "uses": c.uses} for c in one.codes],
    }
