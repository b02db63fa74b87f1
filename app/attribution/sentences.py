"""Why a candidate won or lost, in one sentence for a merchant."""

from datetime import timedelta

from app.attribution.model import Candidate, Kind, Reason
from app.attribution.modelbook import DEFAULT, model_of
from app.kernel.money import half_even
from app.orders.model import OrderFacts

WON_BY = {
    Kind.CODE: "The code {value} belongs to {creator}, and no other code gave the shopper more.",
    Kind.CLICK: "The shopper came through {creator}'s link “{value}” {age} before the order; no later click counts.",
    Kind.BINDING: "This customer's first credited order, {value}, was brought by {creator}.",
    Kind.MANUAL: "Credited to {creator} by hand: {value}",
}
HANDED_OUT = (
    "The single-use code {value} was handed out at {handed} to visit {visit}, which came by {creator}'s link."
)
A_PART = {
    Kind.MANUAL: "{percent} of it credited to {creator} by hand: {value}",
    Kind.CODE: "By {model} the code {value} of {creator} counts for {percent} of the order.",
    Kind.CLICK: "By {model} the click on {creator}'s link “{value}”, {age} before the order, counts for {percent} of it.",
    Kind.BINDING: "By {model} the earlier order {value} of {creator} counts for {percent} of this one.",
}
NAMES = {
    Kind.CODE: "the code {value}",
    Kind.CLICK: "the click on link “{value}”",
    Kind.BINDING: "the earlier order {value}",
    Kind.MANUAL: "the decision by hand",
    Kind.SURVEY: "the answer {value}",
}
LOST = {
    Reason.UNOWNED_CODE: "The code {value} belongs to no creator of this shop.",
    Reason.MANUAL_DISCOUNT: "“{value}” is a discount that staff typed in, not a code that a shopper used.",
    Reason.SMALLER_DISCOUNT: (
        "The code {value} of {creator} took off less than the code of {winner}, or as much and later."
    ),
    Reason.SAME_CREATOR: "{It} is the same creator's; one order is one conversion.",
    Reason.PAUSED: "{creator} was paused in this program when the order was placed.",
    Reason.CODE_NOT_VALID: "The code {value} was not valid for {creator} when the order was placed.",
    Reason.SELF_REFERRAL: "{creator} bought with their own code or link: it never earns on one's own orders.",
    Reason.TEST_ORDER: "This is a test order; test orders never earn.",
    Reason.GIFT_ORDER: "This order is a gift that was sent to a creator; gifts never earn.",
    Reason.BEFORE_INSTALL: "The order was placed before the app was installed.",
    Reason.NO_OFFER: "The program of {creator} had no offer in force when the order was placed.",
    Reason.CHANNEL_EXCLUDED: "The offer does not credit orders of this sales channel to {it}.",
    Reason.BOT_CLICK: "The click on {creator}'s link “{value}” was made by a machine.",
    Reason.NO_CONSENT: "The visitor did not agree to be recognised, so this click is not looked at.",
    Reason.OUT_OF_WINDOW: "The click on {creator}'s link “{value}” was {age} old; the window is {window}.",
    Reason.BINDING_OVER: "{creator} brought this customer {age} before; the binding holds for {window}.",
    Reason.NEEDS_CLICK: "The code {value} counts only with a click on a link of {creator}, and there is none.",
    Reason.NEEDS_WINNING_CLICK: (
        "The code {value} counts only when {creator} would be credited without it, and that is not so."
    ),
    Reason.WEAKER_SOURCE: "{It} of {creator} stands behind {that} of {winner} in this program's order of sources.",
    Reason.EARLIER_CLICK: "The click on {creator}'s link “{value}”, {age} before the order, was not the last.",
    Reason.NOT_THIS_MODEL: "{Model} gives {it} of {creator} no part of this order.",
    Reason.OVERRULED: "A person decided otherwise by hand, whatever {it} of {creator} says.",
    Reason.NOBODY_BY_HAND: "A person decided by hand that nobody brought this order.",
    Reason.NO_EVIDENCE: "No code, click or other evidence points to a creator.",
}


def sentence(
    reason: Reason, candidate: Candidate, winner: Candidate | None, order: OrderFacts, model: str
) -> str:
    """The reason in words. Names creators by handle; the creator's view says "another creator" for others."""
    form = _won(candidate, model) if reason is Reason.WON else LOST[reason]
    creator = candidate.creator or "nobody"
    if form is WON_BY[Kind.CODE]:  # Nearly every order's: it needs no more than these.
        return form.format(value=candidate.value, creator=creator)
    it = NAMES[candidate.kind].format(value=candidate.value)
    label = model_of(model).label
    return form.format(
        value=candidate.value,
        creator=creator,
        winner=(winner.creator if winner else None) or "another creator",
        that=NAMES[winner.kind].format(value=winner.value) if winner else "other evidence",
        handed=f"{candidate.handed_at:%Y-%m-%d %H:%M} UTC" if candidate.handed_at else "some time",
        visit=candidate.handed_to,
        it=it,
        It=it[0].upper() + it[1:],
        age=age_in_words(order.placed_at - candidate.seen_at) if candidate.seen_at else "at some time",
        window=days_in_words(candidate.window_days),
        model=label.lower(),
        Model=label,
        percent=f"{half_even(int(candidate.weight.scaleb(6)), 10_000)}%",
    )


def _won(candidate: Candidate, model: str) -> str:
    whole = candidate.weight == 1
    if whole and candidate.handed_at is not None:
        return HANDED_OUT
    by_rule = model == DEFAULT or candidate.kind is Kind.MANUAL
    return (WON_BY if whole and by_rule else A_PART)[candidate.kind]


def age_in_words(age: timedelta) -> str:
    """How long ago, in the largest unit that fits: whole days, hours or minutes."""
    for unit, length in (
        ("day", timedelta(days=1)),
        ("hour", timedelta(hours=1)),
        ("minute", timedelta(minutes=1)),
    ):
        if age >= length:
            count = age // length
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "moments"


def days_in_words(days: int | None) -> str:
    """A length of time; None has no end."""
    return "without end" if days is None else f"{days} day{'' if days == 1 else 's'}"
