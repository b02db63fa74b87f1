"""A payout as PDF: whom, how much, where to, and each order and award that it pays for. Set by typst.

It speaks English, as the reasons in the books do, so that no line mixes two scripts. Fonts: see `statement`.
"""

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

import msgspec

from app.payouts.store import Held
from app.reports.payouts import Item, Part
from app.web.formats import Format
from app.web.print.statement import MOST_ROWS, TooLong

TEMPLATE = (Path(__file__).parent / "payout.typ").read_bytes()
WAYS = {
    "sepa": "SEPA transfer", "ach": "ACH transfer", "uk_bank": "UK bank transfer", "wise": "Wise", "paypal": "PayPal",
    "stripe": "Stripe", "store_credit": "Store credit", "gift_card": "Gift card", "manual": "By hand",
}  # fmt: skip
STATES = {"paid": "Paid", "returned": "Came back", "failed": "Failed", "cancelled": "Cancelled"}
UNDER_WAY = "Not paid yet"
NOTE = "A statement of what was paid. It is no invoice and shows no tax."


def pdf(item: Item, held: Held, parts: Sequence[Part], *, shop: str, domain: str, fmt: Format) -> bytes:
    """The PDF; the same bytes while the payout stays where it is. Raises TooLong."""
    import typst  # Large, and only needed when somebody prints.

    if len(parts) > MOST_ROWS:
        raise TooLong(len(parts))
    facts = [
        ["For", item.name],
        ["Handle", f"@{item.creator}"],
        ["Amount", fmt.money(item.minor, item.currency)],
        ["Way", WAYS[item.way]],
        ["Account", item.masked],
        ["Begun", fmt.full_day(item.reserved_at)],
    ]
    if held.payout.provider_id:
        facts.append(["Number at the provider", held.payout.provider_id])
    data = {
        "lang": fmt.locale.language,
        "title": f"Payout {item.id}",
        "state": f"{STATES.get(item.state, UNDER_WAY)}, {fmt.full_day(item.moved_at)}",
        "shop": shop,
        "domain": domain,
        "facts": facts,
        "parts": [[part.about, fmt.money(part.minor, item.currency)] for part in parts],
        "total": fmt.money(item.minor, item.currency),
        "note": NOTE,
    }
    inputs = {"data": msgspec.json.encode(data).decode()}
    # The last change of the payout, not the present: the same statement is the same file.
    made = item.moved_at.astimezone(UTC)
    return bytes(typst.compile(TEMPLATE, format="pdf", sys_inputs=inputs, timestamp=made))


def file_name(item: Item) -> str:
    """What the file is called."""
    return f"payout-{item.id}-{item.creator}.pdf"
