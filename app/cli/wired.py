"""The app, wired from the environment, for as long as one command runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.config import read
from app.shops import store as shops
from app.shops.model import ShopRecord
from app.wiring import Wiring, build


@contextmanager
def wired() -> Iterator[Wiring]:
    """The wiring; its connections are closed at the end. Raises BadSetting."""
    wiring = build(read())
    try:
        yield wiring
    finally:
        wiring.engine.dispose()


def shop_of(wiring: Wiring, domain: str) -> ShopRecord:
    """The shop that was named. Raises NoSuchShop."""
    with wiring.platform_session() as session:
        return shops.get_by_domain(session, domain)
