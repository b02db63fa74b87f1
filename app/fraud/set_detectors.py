"""Say what the detectors shall look at from now on."""

from datetime import datetime
from typing import Any

import msgspec

from app.audit.store import record
from app.db.session import ShopSession
from app.fraud import word_store
from app.fraud.scan import DETECTORS
from app.fraud.settings import Settings, check, in_force


def set_detectors(session: ShopSession, given: Any, *, actor: str, now: datetime) -> bool:
    """Keep what differs from the usual; it judges the orders placed from now on. Returns whether it is news.

    `given` is JSON: `enabled` by detector, `limits` by detector and threshold, `coupon_sites`. Raises BadSetting.
    """
    settings = check(given, DETECTORS)
    if settings == standing(session, now):
        return False
    word_store.keep_settings(session, settings, actor=actor, at=now)
    facts = msgspec.to_builtins(settings)
    record(session, "fraud.settings_changed", subject="detectors", actor=actor, facts=facts, now=now)
    return True


def standing(session: ShopSession, now: datetime) -> Settings:
    """What orders placed now are judged by."""
    return in_force(word_store.settings(session, [session.shop_id]).get(session.shop_id, []), now)
