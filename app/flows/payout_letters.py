"""Mails about payouts, put in the transaction of what they tell."""

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_datetime

from app.creators import store as creators
from app.db.session import ShopSession
from app.identities import store as identities
from app.identities.model import normal
from app.kernel.ids import ShopId
from app.kernel.money import Money
from app.kernel.period import zone
from app.languages import SOURCE, mark, translations
from app.mail import store as mails
from app.mail.model import BadAddress, Letter
from app.mail.render import letter
from app.payouts import run_store, store
from app.payouts.amounts import decimal_string
from app.payouts.details_store import Version
from app.payouts.due import Plan
from app.payouts.protocol import State
from app.payouts.run import Run
from app.payouts.store import Held
from app.payouts.ways import Way
from app.shops import store as shops
from app.shops.model import ShopRecord

SHOWN = 25
"""Names in a preview; the page has all."""
WAYS = {
    Way.SEPA: mark("SEPA transfer"),
    Way.ACH: mark("ACH transfer"),
    Way.UK_BANK: mark("UK bank transfer"),
    Way.WISE: mark("Wise"),
    Way.PAYPAL: mark("PayPal"),
    Way.STRIPE: mark("Stripe"),
    Way.STORE_CREDIT: mark("store credit"),
    Way.GIFT_CARD: mark("gift card"),
    Way.MANUAL: mark("hand"),
}
"""As a mail says by what somebody was paid."""
_TOLD = {State.PAID: "payout_paid", State.FAILED: "payout_failed", State.RETURNED: "payout_failed"}


def tell_creators(
    session: ShopSession, ended: Sequence[tuple[Held, State, str | None]], now: datetime
) -> int:
    """A mail to each creator whose payout was paid, failed or came back, with the reason given."""
    told = [one for one in ended if one[1] in _TOLD]
    if not told:
        return 0
    shop, replies = shops.get(session, ShopId(session.shop_id)), run_store.settings(session).mail_to
    emails = creators.emails(session, {held.creator_id for held, _, _ in told})
    spoken = identities.languages(session, [normal(email) for email in emails.values() if email])
    parts = store.parts(session, [held.id for held, _, _ in told])
    letters = [
        _of_payout(
            held,
            state,
            reason,
            shop=shop,
            to=emails[held.creator_id] or "",
            replies=replies,
            parts=parts[held.id],
            language=spoken.get(normal(emails[held.creator_id] or ""), SOURCE),
        )
        for held, state, reason in told
        if emails.get(held.creator_id)
    ]
    return mails.put(session, [one for one in letters if one is not None], now)


def _of_payout(
    held: Held,
    state: State,
    reason: str | None,
    *,
    shop: ShopRecord,
    to: str,
    replies: str | None,
    parts: int,
    language: str,
) -> Letter | None:
    facts = {
        "shop": shop.domain,
        "name": held.name,
        "amount": shown(held.amount),
        "way": translations(language).gettext(WAYS[held.way]),
        "masked": held.masked,
        "parts": parts,
        "reason": reason or "",
        "reference": reason if state is State.PAID else None,
    }
    key = f"payout:{held.key}:{state.value}"
    try:
        return letter(_TOLD[state], to, key, facts, reply_to=replies, language=language)
    except BadAddress:
        return None  # Old lists of creators hold what was typed; nobody can be told there.


def tell_of_details(
    session: ShopSession, handle: str, before: Version | None, made: Version, now: datetime
) -> None:
    """A mail to the address that was known, whoever made the change."""
    creator = creators.creator(session, handle)
    to = creator.contact.email
    if not to:
        return
    shop = shops.get(session, ShopId(session.shop_id))
    language = identities.languages(session, [normal(to)]).get(normal(to), SOURCE)
    replies = run_store.settings(session).mail_to
    facts = {
        "shop": shop.domain,
        "name": creator.contact.name,
        "before": before.masked if before else None,
        "after": made.masked,
        "changed_on": local(now, shop, language),
        "usable_from": local(made.usable_from, shop, language),
    }
    key = f"payout_details:{creator.id}:{made.version}"
    try:
        made_letter = letter("payout_details", to, key, facts, reply_to=replies, language=language)
    except BadAddress:
        return
    mails.put(session, [made_letter], now)


def preview(
    session: ShopSession, run: Run, plan: Plan, address: str, now: datetime, *, needs_word: bool
) -> None:
    """A mail to the merchant: who, how much, who not and why; nothing where they want none."""
    to = run_store.settings(session).mail_to
    if not to or not plan.paid:
        return
    shop = shops.get(session, ShopId(session.shop_id))
    facts = {
        "shop": shop.domain,
        "total": ", ".join(shown(Money(minor, currency)) for currency, minor in plan.totals().items()),
        "pay_on": local(run.pay_at, shop),
        "number": len({one.creator_id for one in plan.paid}),
        "needs_word": needs_word,
        "address": address,
        "paid": [
            {"name": one.name, "amount": shown(Money(one.due_minor, one.currency))}
            for one in plan.paid[:SHOWN]
        ],
        "more_paid": max(0, len(plan.paid) - SHOWN),
        "excluded": [{"name": one.owed.name, "why": one.sentence} for one in plan.excluded[:SHOWN]],
        "more_excluded": max(0, len(plan.excluded) - SHOWN),
    }
    mails.put(session, [letter("payout_preview", to, f"payout_run:{run.key}:preview", facts)], now)


def shown(amount: Money) -> str:
    """`12.30 EUR`, whatever the reader's language."""
    return f"{decimal_string(amount)} {amount.currency}"


def local(at: datetime, shop: ShopRecord, language: str = SOURCE) -> str:
    """An instant in the shop's own time, as the reader's language writes it."""
    return format_datetime(at, "d MMMM y, HH:mm", tzinfo=zone(shop.timezone), locale=language)
