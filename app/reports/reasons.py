"""Why money moved, in a short sentence that a creator understands. Pure."""

from dataclasses import dataclass

AWARDS = {
    "fixed_fee": "Fixed fee",
    "bonus": "Bonus",
    "per_click": "Clicks",
    "per_lead": "Lead",
    "gift": "Gift",
    "imported": "Brought over",
    "write_off": "Write-off",
}
"""What kinds of awards are called."""

PAYOUTS = {
    "reserve": "Set aside for a payout.",
    "paid": "Paid.",
    "failed": "The payout did not arrive; it is owed again.",
    "returned": "The payout came back; it is owed again.",
}


@dataclass(frozen=True, slots=True)
class Why:
    """What is known of one movement."""

    kind: str
    """ledger.chart.EntryKind."""
    order: str | None
    """Name of the order it is about."""
    award: str | None
    """Kind of the award it is about."""
    reason: str | None
    """The award's own sentence."""
    is_first: bool
    """Whether nothing was posted about it before."""
    refunded: bool
    """Whether a refund of the order happened at that very time."""
    cancelled: bool
    credited: bool
    """Whether the order is still this creator's."""
    denied: str | None
    """What a person said who denied it."""


def about(known: Why) -> str:
    """What it is about: the order's name, or what kind of award it is."""
    if known.order is not None:
        return known.order
    return AWARDS.get(known.award or "", "Award" if known.award else "Account")


def why(known: Why) -> str:
    """One sentence. A creator reads it: no other creator is named, no code word stands in it."""
    if known.award is not None:
        return _of_award(known)
    if known.order is not None:
        return _of_order(known)
    return PAYOUTS.get(known.kind, "A movement of the account.")


def _of_award(known: Why) -> str:
    reason = known.reason or "No reason is kept."
    match known.kind:
        case "reverse":
            return f"Taken back: {reason}"
        case "mature":
            return f"The hold is over: {reason}"
        case "hold":
            return f"On hold again: {reason}"
        case _:
            return reason


def _of_order(known: Why) -> str:
    match known.kind:
        case "accrue":
            return f"Order {known.order} was paid." if known.is_first else f"Order {known.order} earns more."
        case "mature":
            return f"The hold on order {known.order} is over."
        case "hold":
            return f"Order {known.order} is on hold again."
        case "reverse":
            return _taken_back(known)
        case _:
            return PAYOUTS.get(known.kind, f"A movement of order {known.order}.")


def _taken_back(known: Why) -> str:
    if known.refunded:
        return f"Order {known.order} was refunded."
    if known.denied is not None:
        return f"Order {known.order} was denied: {known.denied}"
    if known.cancelled:
        return f"Order {known.order} was cancelled."
    if not known.credited:
        return f"Order {known.order} is no longer credited here."
    return f"Order {known.order} earns less after a change."
