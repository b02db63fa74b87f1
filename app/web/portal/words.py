"""Words of the portal that stand for what the books say in one: each in the reader's language when it is shown."""

from flask_babel import lazy_gettext as _

from app.payouts.ways import Way

STATUS = {
    "pending": _("On hold"),
    "approved": _("Approved"),
    "awaiting_payment": _("Not paid yet"),
    "flagged": _("Being looked at"),
    "denied": _("Denied"),
    "reversed": _("Taken back"),
    "unqualified": _("Not credited"),
}
"""Of a commission."""
STATUS_SAYS = {
    "pending": _("The time in which the order can come back is not over."),
    "approved": _("It is yours and is part of the next payout."),
    "awaiting_payment": _("The customer has not paid the order yet."),
    "flagged": _("A person at the shop has to look at it before it is approved."),
    "denied": _("The shop has denied it."),
    "reversed": _("The order was cancelled or came back."),
    "unqualified": _("This order is credited to somebody else, or to nobody."),
}
PAYOUT = {
    "reserved": _("Queued"),
    "submitting": _("Sent"),
    "unknown": _("Sent, no answer yet"),
    "in_transit": _("On its way"),
    "unclaimed": _("Waits for you to claim it"),
    "paid": _("Paid"),
    "failed": _("Failed"),
    "returned": _("Came back"),
    "cancelled": _("Cancelled"),
}
"""Of a payout."""
WAYS = {
    "sepa": _("Bank transfer (SEPA)"),
    "ach": _("Bank transfer (ACH)"),
    "uk_bank": _("UK bank transfer"),
    "wise": "Wise",
    "paypal": "PayPal",
    "stripe": "Stripe",
    "store_credit": _("Store credit"),
    "gift_card": _("Gift card"),
    "manual": _("By hand"),
}
ACCOUNTS = {
    "pending": _("On hold"),
    "payable": _("Approved"),
    "in_transit": _("Being paid"),
    "paid": _("Paid out"),
    "cash": _("Paid out"),
    "commission_expense": _("Commission"),
    "goods": _("Gifts"),
    "fees": _("Fees"),
    "writeoff": _("Written off"),
}
"""Columns of a statement, and accounts of the books."""
BY_ACCOUNT = {
    Way.SEPA: _("Bank account with an IBAN"),
    Way.ACH: _("Bank account in the US"),
    Way.UK_BANK: _("Bank account in the UK"),
    Way.PAYPAL: _("PayPal"),
    Way.WISE: _("Bank account elsewhere, by Wise"),
}
"""The ways that ask for something typed (web.details_form), in the reader's language."""
TONES = {
    "approved": "good", "paid": "good", "pending": "info", "awaiting_payment": "info", "in_transit": "info", "reserved": "info",
    "submitting": "info", "flagged": "warn", "unknown": "warn", "unclaimed": "warn", "returned": "bad", "failed": "bad",
    "denied": "bad", "reversed": "plain", "cancelled": "plain", "unqualified": "plain",
}  # fmt: skip
WORDS = {
    "status": STATUS,
    "status_says": STATUS_SAYS,
    "payout": PAYOUT,
    "ways": WAYS,
    "accounts": ACCOUNTS,
    "tones": TONES,
}
"""What templates reach."""
