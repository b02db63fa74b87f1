"""The fields of a program's page that say how orders are credited."""

from itertools import permutations

from app.attribution.modelbook import DEFAULT, model_of
from app.campaigns.crediting import LONGEST_BINDING, USUAL, Crediting, Source
from app.kernel.errors import Invalid
from app.web.admin.forms import Form, optional, whole

WORDS = {Source.CODE: "code", Source.CLICK: "last click", Source.BINDING: "known customer"}
ORDERS = {
    " ".join(order): ", then ".join(WORDS[source] for source in order).capitalize()
    for order in permutations(USUAL)
}
"""Every order of sources as a form sends it, and in words."""


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
