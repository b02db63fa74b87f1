"""Providers that are connected by keys: enter them, try them, take them back."""

from typing import TYPE_CHECKING, cast

from flask import Blueprint, current_app, request
from werkzeug.wrappers import Response

from app.flows import connect_provider, payout_settings
from app.flows.connect_provider import NoSuchProvider, Typed, by_keys
from app.kernel.errors import RefusedError
from app.kernel.ids import ShopId
from app.shops.staff import Role
from app.web.admin.payout_settings import HERE, REFUSED, page
from app.web.audience import Audience, audience
from app.web.visit import back, cashier, now, visit

if TYPE_CHECKING:
    from app.flows.connector import Connector

pages = Blueprint("providers", __name__)


@pages.route(f"{HERE}/providers/<provider>", methods=["POST", "DELETE"])
@audience(Audience.MERCHANT, needs=Role.OWNER)
def put(provider: str) -> Response | tuple[str, int]:
    """POST keeps the keys, sealed; DELETE forgets them."""
    try:
        with visit() as v:
            if request.method == "DELETE":
                if provider not in by_keys():
                    raise NoSuchProvider(provider)
                payout_settings.disconnect(v.session, provider, actor=v.actor, now=v.now)
            else:
                typed = Typed(provider, request.form, request.form.get("is_same_account") == "yes")
                connector = cast("Connector", current_app.extensions["tribute.connector"])
                connect_provider.connect(v.session, cashier(), connector, typed, actor=v.actor, now=v.now)
    except RefusedError as refused:
        return page(said={provider: str(refused)}), REFUSED
    return back(HERE, "saved")


@pages.post(f"{HERE}/providers/<provider>/test")
@audience(Audience.MERCHANT, needs=Role.OWNER)
def test(provider: str) -> Response | tuple[str, int]:
    """Ask the provider whether the keys work; its answer stands on the page afterwards."""
    with visit() as v:
        shop_id = ShopId(v.shop.id)
    tools = cashier()
    try:
        connect_provider.test(tools.open_session, tools, shop_id, provider, now())
    except RefusedError as refused:
        return page(said={provider: str(refused)}), REFUSED
    return back(HERE, "tried")
