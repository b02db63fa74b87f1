"""Why commissions wait for a human, in words: for the review page, the order's page and the creator's page."""

from collections.abc import Mapping, Sequence

from app.attribution import store as evidence
from app.db.session import ShopSession
from app.flows.detect_order import findings
from app.fraud import store as fraud
from app.fraud import word_store
from app.fraud.model import Finding
from app.fraud.scan import DETECTORS
from app.orders import store as orders

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
    told = _told(session, keys)
    return {
        key: [told.get(key, {}).get(flag) or Finding(flag, _sentence(flag)) for flag in flags]
        for key, flags in flagged.items()
    }


def _told(session: ShopSession, keys: Sequence[tuple[int, int]]) -> dict[CreditKey, dict[str, Finding]]:
    decisions = evidence.decisions(session, keys)
    suspicions = fraud.suspicions(session, keys)
    versions = word_store.settings(session, [session.shop_id]).get(session.shop_id, [])
    return {
        (order.facts.id, creator): {finding.detector: finding for finding in found}
        for order in orders.current(session, keys)
        if order.key in decisions
        for creator, found in findings(
            order, decisions[order.key], suspicions.get(order.key, {}), versions
        ).items()
    }


def _sentence(flag: str) -> str:
    return OTHER[flag][1] if flag in OTHER else f"{label(flag)}."
