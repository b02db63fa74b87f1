"""Why commissions wait for a human, in words: for the review page, the order's page and the creator's page."""

from collections.abc import Mapping, Sequence

from app.attribution import store as evidence
from app.attribution.model import Decision
from app.db.session import ShopSession
from app.flows.detect_order import findings
from app.fraud import word_store
from app.fraud.model import Finding
from app.fraud.scan import DETECTORS
from app.orders import store as orders
from app.orders.store import StoredOrder

OTHER = {
    "two_creators": ("Codes of two creators", "Codes of two creators stand on this order."),
    "held": ("Held by hand", "Somebody on your team holds this order."),
    "disputed": ("Payment disputed", "The shopper disputes the payment with their bank."),
    "dispute": ("Payment disputed", "The shopper disputes the payment with their bank."),
}
"""Flags that no detector raises: label and sentence."""

CreditKey = tuple[int, int]
"""(order id, creator id)."""


def label(flag: str) -> str:
    """What a page calls a flag."""
    if flag in DETECTORS:
        return DETECTORS[flag].label
    return OTHER[flag][0] if flag in OTHER else flag.replace("_", " ").capitalize()


def reasons(
    session: ShopSession, flagged: Mapping[CreditKey, Sequence[str]]
) -> dict[CreditKey, list[Finding]]:
    """The open flags of these credits with their reasons and numbers, in the order of the flags.

    Worked out from the facts that flagged them; four statements, however many credits.
    """
    keys = sorted({(session.shop_id, order_id) for order_id, _ in flagged})
    return reasons_of(session, orders.current(session, keys), evidence.decisions(session, keys), flagged)


def reasons_of(
    session: ShopSession,
    found: Sequence[StoredOrder],
    decisions: Mapping[tuple[int, int], Decision],
    flagged: Mapping[CreditKey, Sequence[str]],
) -> dict[CreditKey, list[Finding]]:
    """The same for whoever has read the orders and their decisions; one statement, none when nothing is flagged."""
    if not flagged:
        return {}
    told = _told(session, found, decisions)
    return {
        key: [told.get(key, {}).get(flag) or Finding(flag, _sentence(flag)) for flag in flags]
        for key, flags in flagged.items()
    }


def _told(
    session: ShopSession, found: Sequence[StoredOrder], decisions: Mapping[tuple[int, int], Decision]
) -> dict[CreditKey, dict[str, Finding]]:
    suspicions, settings = word_store.told(session, [order.key for order in found])
    versions = settings.get(session.shop_id, [])
    return {
        (order.facts.id, creator): {finding.detector: finding for finding in told}
        for order in found
        if order.key in decisions
        for creator, told in findings(
            order, decisions[order.key], suspicions.get(order.key, {}), versions
        ).items()
    }


def _sentence(flag: str) -> str:
    return OTHER[flag][1] if flag in OTHER else f"{label(flag)}."
