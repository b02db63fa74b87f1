"""What a creator sees of an explanation: their own part in full, nothing of the shopper, nobody else's name.

A pure function of the merchant's record, so that the two can never tell different stories.
"""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

OTHER = "another creator"
SHOWN = (
    "order", "name", "placed_at", "paid_at", "model", "reason_code", "net_sales", "offer_version", "event_digest",
)  # fmt: skip
OF_PAYMENT = ("status", "fulfilled_at")
OF_DECISION = ("kind", "decided_at")


def redacted(record: Mapping[str, Any], creator: str) -> Json:
    """The record for this creator (handle). Other creators are all called the same, and their evidence is unnamed."""
    own = [_credit(c) for c in record["credits"] if c["creator"] == creator]
    found = [_candidate(c, creator) for c in record["candidates"]]
    told = [c["reason"] for c in found if c["reason_code"] == record["reason_code"]]
    reason = record["reason"]
    return {
        **{key: record[key] for key in SHOWN},
        "status": own[0]["status"] if own else "unqualified",
        "reason": told[0] if told and reason else reason,
        "flags": sorted({flag for credit in own for flag in credit["flags"]}),
        "credits": own,
        "candidates": found,
        "models": [_model(m, creator) for m in record["models"]],
        "offers": [o for o in record["offers"] if any(o["version"] == c["offer_version"] for c in own)],
        "payment": {key: record["payment"][key] for key in OF_PAYMENT},
        "decisions": [_decision(d, creator) for d in record["decisions"]],
        "ledger": [m for m in record["ledger"] if m["creator"] == creator],
        "events": [{key: e[key] for key in ("topic", "received_at", "digest")} for e in record["events"]],
    }


def _credit(credit: Mapping[str, Any]) -> Json:
    """One's own part; of whom one recruited, the name stays away."""
    lines = [
        {**line, "note": f"For a sale of {OTHER}."} if line["rule"] == "second_level" else line
        for line in credit["lines"]
    ]
    return {**credit, "lines": lines}


def _candidate(found: Mapping[str, Any], creator: str) -> Json:
    """One's own evidence as it is; of others' that there was some, and what kind, and how it fared."""
    if found["creator"] == creator:
        return {**found, "reason": _unnamed(found)}
    kind = {"code": "A code", "click": "A click", "binding": "An earlier order"}.get(
        found["kind"], "A decision"
    )
    whose = OTHER if found["creator"] is not None else "nobody"
    return {
        **{key: found[key] for key in ("kind", "rank", "won", "weight", "reason_code")},
        "value": None,
        "creator": OTHER if found["creator"] is not None else None,
        "reason": f"{kind} of {whose}{' counts' if found['won'] else ' does not count'}.",
        "seen_at": None,
        "age_seconds": None,
        "window_days": None,
        "found_by": None,
        "discount": None,
        "tests": [],
    }


def _unnamed(found: Mapping[str, Any]) -> str:
    """The reason without whoever won instead."""
    lost_to = {
        "smaller_discount": "Your code took off less than another creator's code, or as much and later.",
        "weaker_source": "Evidence of another creator stands before yours in this program's order of sources.",
        "earlier_click": "Another creator's link was clicked after yours.",
        "not_this_model": "This program's model gives your part of this order to another creator.",
        "overruled": "A person decided otherwise by hand.",
    }
    return lost_to.get(found["reason_code"], str(found["reason"]))


def _model(model: Mapping[str, Any], creator: str) -> Json:
    """One's own line; what others get together is the rest."""
    own = [c for c in model["credits"] if c["creator"] == creator]
    return {**{k: model[k] for k in ("model", "label", "says", "pays", "error")}, "credits": own}


def _decision(decision: Mapping[str, Any], creator: str) -> Json:
    """That somebody decided, when and why, and one's own part; never who, and no other's part."""
    facts = decision["facts"]
    shares = [s for s in facts.get("shares", ()) if s["creator"] == creator]
    shown = {"reason": facts["reason"]} if "reason" in facts else {}
    return {**{k: decision[k] for k in OF_DECISION}, "facts": {**shown, "shares": shares}}
