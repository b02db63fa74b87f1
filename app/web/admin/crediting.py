"""The fields that say how orders are credited: of a program, and of one code."""

from itertools import permutations

from app.attribution.modelbook import DEFAULT, model_of
from app.campaigns.crediting import LONGEST_BINDING, USUAL, Crediting, CreditPolicy, Source
from app.kernel.errors import Invalid
from app.web.forms import Form, optional, whole

WORDS = {Source.CODE: "code", Source.CLICK: "last click", Source.BINDING: "known customer"}
ORDERS = {
    " ".join(order): ", then ".join(WORDS[source] for source in order).capitalize()
    for order in permutations(USUAL)
}
"""Every order of sources as a form sends it, and in words."""


POLICIES = {
    CreditPolicy.ALWAYS: ("Always", "Every order with the code is credited to them."),
    CreditPolicy.ONLY_WITH_CLICK: (
        "Only with a click",
        "The shopper must also have come through one of their links.",
    ),
    CreditPolicy.ONLY_IF_WINNER: (
        "Only if credited anyway",
        "The order must be theirs without the code, too: by the last click, or as a known customer.",
    ),
}
"""What each credit policy of a code is called, and what it means."""


def policy(typed: str) -> CreditPolicy:
    """The credit policy that a form sent; a form without the field leaves the usual one. Raises Invalid."""
    if not typed:
        return CreditPolicy.ALWAYS
    if typed not in set(CreditPolicy):
        raise Invalid(f"{typed[:40]!r} is none of the choices for when a code counts.")
    return CreditPolicy(typed)


def typed(crediting: Crediting) -> dict[str, str]:
    """The settings as their fields show them."""
    days = crediting.binding_days
    return {
        "model": crediting.model,
        "sources": " ".join(crediting.sources),
        "binding_days": "" if days is None else str(days),
    }


def crediting_of(form: Form) -> Crediting | None:
    """What the fields say; None from a form that has none of them. What could not be read is in its errors."""
    if "model" not in form.sent:
        return None
    return Crediting(
        model=form.read("model", _model, DEFAULT),
        sources=form.read("sources", _sources, USUAL),
        binding_days=form.read("binding_days", optional(whole(0, LONGEST_BINDING)), None),
    )


def _model(name: str) -> str:
    model_of(name)
    return name


def _sources(text: str) -> tuple[Source, ...]:
    if text not in ORDERS:
        raise Invalid(f"{text[:40]!r} is no order of sources in the list.")
    return tuple(Source(name) for name in text.split())
