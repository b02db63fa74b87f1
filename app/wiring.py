"""The composition root: builds every part from Settings. Tests build the same with other parts."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine

from app.config import Settings
from app.db.engine import app_engine, database_url
from app.db.session import BatchSession, PlatformSession, ShopSession
from app.kernel.clock import Clock, FileClock, SystemClock
from app.kernel.ids import ShopId


@dataclass(frozen=True)
class Wiring:
    """The parts of a running app, made when they are first asked for."""

    settings: Settings
    clock: Clock

    @cached_property
    def engine(self) -> Engine:
        """The pooled engine in the fenced role."""
        return app_engine(database_url(self.settings.database_url, self.settings.data))

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
