"""Switch the web pixel on after an install, and write down for Home whether it runs. A job."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.db.session import ShopSession
from app.kernel.ids import ShopId
from app.shopify import web_pixel
from app.shopify.admin_api import AdminAPI
from app.shopify.web_pixel import PixelSettings
from app.shops import store
from app.tracking import account

JOB = "shop.switch_on_pixel"


@dataclass(frozen=True)
class SwitchOnPixel:
    """The job's handler. Safe to run again: the same shop gets the same settings."""

    open_session: Callable[[ShopId], ShopSession]
    admin_api: AdminAPI
    url: str
    """Of this app."""
    secret_keys: Sequence[str] = field(repr=False)

    def __call__(self, *, shop_id: int) -> None:
        """Ask Shopify, then store `setup["web_pixel"]` = {"gid", "problem"}."""
        shop = ShopId(shop_id)
        with self.open_session(shop) as session:
            found = store.find(session, shop)
        if found is None or not found.is_connected:
            return
        state = web_pixel.switch_on(self.admin_api.of(shop, found.domain), self._settings(shop))
        with self.open_session(shop) as session, session.begin():
            store.note_setup(session, shop, {"web_pixel": {"gid": state.gid, "problem": state.problem}})

    def _settings(self, shop: ShopId) -> PixelSettings:
        newest = account.account_keys(self.secret_keys)[0]
        return PixelSettings(account.write(shop, newest), f"{self.url.rstrip('/')}/pixel")
