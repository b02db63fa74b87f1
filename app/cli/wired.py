"""The app, wired from the environment, for as long as one command runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.config import read
from app.db import migrate as migrating
from app.db.engine import database_url
from app.shops import store as shops
from app.shops.model import ShopRecord
from app.wiring import Wiring, build


@contextmanager
def wired() -> Iterator[Wiring]:
    """The wiring; its connections are closed at the end. Raises BadSetting.

    The embedded database is ours alone, so it is brought to the newest schema on the way. A database
    that somebody gave us is changed by `tribute migrate` and nothing else.
    """
    settings = read()
    if settings.database_url is None:
        url = database_url(None, settings.data)
        if migrating.pending(url):
            migrating.migrate(url)
    wiring = build(settings)
    try:
        yield wiring
    finally:
        wiring.engine.dispose()


def shop_of(wiring: Wiring, domain: str) -> ShopRecord:
    """The shop that was named. Raises NoSuchShop."""
    with wiring.platform_session() as session:
        return shops.get_by_domain(session, domain)
