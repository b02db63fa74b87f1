"""The composition root: builds every part from Settings. Tests build the same with other parts."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from sqlalchemy import Engine

from app.config import Settings
from app.db.engine import app_engine, database_url
from app.db.session import BatchSession, PlatformSession, ShopSession
from app.flows.desk import Desk
from app.jobs.queue import Queue
from app.kernel.clock import Clock, FileClock, SystemClock
from app.kernel.ids import ShopId
from app.shops.store import ShopContext
from app.shops.vault import Vault


@dataclass(frozen=True)
class Wiring:
    """The parts of a running app, made when they are first asked for."""

    settings: Settings
    clock: Clock

    @cached_property
    def engine(self) -> Engine:
        """The pooled engine in the fenced role."""
        return app_engine(database_url(self.settings.database_url, self.settings.data))

    @cached_property
    def vault(self) -> Vault:
        """Seals and opens what is secret at rest."""
        return Vault(self.settings.secret_keys)

    @cached_property
    def queue(self) -> Queue:
        """Where jobs are put."""
        return Queue()

    @cached_property
    def desk(self) -> Desk:
        """What the worker's flows may reach for."""
        return Desk(self.queue, lru_cache(maxsize=4096)(self._shop_key))

    def _shop_key(self, shop: ShopContext) -> bytes | None:
        return self.vault.open(shop.shop_key, ShopId(shop.id), "shop_key") if shop.shop_key else None

    def shop_session(self, shop_id: ShopId) -> ShopSession:
        """A session of one shop; use it as a context manager."""
        return ShopSession(self.engine, shop_id)

    def batch_session(self) -> BatchSession:
        """The worker's session; blind until it admits shops."""
        return BatchSession(self.engine)

    def platform_session(self) -> PlatformSession:
        """A session of what belongs to no shop."""
        return PlatformSession(self.engine)


def build(settings: Settings, clock: Clock | None = None) -> Wiring:
    """Wire the app. The clock is the machine's unless the devstore lends its own."""
    if clock is None:
        clock = FileClock(settings.clock_file) if settings.clock_file else SystemClock()
    return Wiring(settings, clock)
