"""Switch the web pixel on after an install, and write down for Home whether it runs. A job."""

from collections.abc import Callable

from app.db.session import ShopSession
from app.kernel.ids import ShopId
from app.shopify import web_pixel
from app.shopify.admin_api import AdminAPI
from app.shops import store


def switch_on_pixel(
    open_session: Callable[[ShopId], ShopSession], admin_api: AdminAPI, *, shop_id: int
) -> None:
    """Ask Shopify, then store `setup["web_pixel"]` = {"gid", "problem"}. Safe to run again."""
    shop = ShopId(shop_id)
    with open_session(shop) as session:
        found = store.find(session, shop)
    if found is None or not found.is_connected:
        return
    state = web_pixel.switch_on(admin_api.of(shop, found.domain), str(shop))
    with open_session(shop) as session, session.begin():
        store.note_setup(session, shop, {"web_pixel": {"gid": state.gid, "problem": state.problem}})
