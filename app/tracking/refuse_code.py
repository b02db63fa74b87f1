"""Shopify said no to a code: what stands on an order by that name is somebody else's, and earns nobody anything."""

from collections.abc import Mapping
from datetime import datetime

from app.audit.store import record
from app.db.session import ShopSession
from app.tracking import store
from app.tracking.model import Code
from app.tracking.store import standing

SHOPIFY = "shopify"


def refuse_codes(session: ShopSession, reasons: Mapping[Code, str], now: datetime) -> list[str]:
    """Note why Shopify has not these codes; the folded ones that never worked, which are no evidence from now on.

    One that did work and is gone stays what it was: orders that carry it were placed while it was the creator's.
    """
    store.mark_failed(session, {code.id: why for code, why in reasons.items()})
    whys = {code.folded: why for code, why in reasons.items()}
    refused = standing.mark_refused(session, list(whys), now)
    for folded in refused:
        record(session, "code.refused", subject=folded, actor=SHOPIFY, facts={"why": whys[folded]}, now=now)
    return refused


def refuse_again(session: ShopSession, folded: str, why: str, now: datetime) -> None:
    """What was noted once, in books in which every code works from the beginning because nobody asks Shopify."""
    code = store.code(session, folded)
    if code is not None:
        store.mark_failed(session, {code.id: why})
        standing.forget_active(session, [code.id])
        standing.mark_refused(session, [code.folded], now)


def try_again(session: ShopSession, folded: str) -> None:
    """What followed from a retry there. One that followed no refusal changed nothing."""
    code = store.code(session, folded)
    if code is not None:
        store.mark_waiting(session, [code.id])
