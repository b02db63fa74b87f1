"""The part of a file for `tribute apply` that says how orders are credited, read and checked."""

from dataclasses import dataclass

from app.attribution.modelbook import model_of
from app.campaigns.crediting import USUAL, Crediting, CreditPolicy, Source
from app.campaigns.links import LinkTerms
from app.flows.apply_cells import Cell, at, needed
from app.kernel.errors import Invalid
from app.tracking.model import check_code

FOREVER = "forever"
UTM = tuple(name for name, _ in LinkTerms().templates())


@dataclass(frozen=True)
class CodePlan:
    """A code of a creator."""

    path: str
    code: str
    policy: CreditPolicy | None
    """None: the file does not say, and what stands stays."""


def crediting(cell: Cell | None, window_days: int) -> Crediting | None:
    """A program's settings; None where the file does not speak of them."""
    if cell is None:
        return None
    fields = cell.fields("model", "sources", "binding_days")
    model = fields["model"].text(_model) if "model" in fields else Crediting().model
    sources = tuple(c.text(_source) for c in fields["sources"].items()) if "sources" in fields else USUAL
    binding = _binding(fields["binding_days"]) if "binding_days" in fields else 0
    with at(cell.path):
        return Crediting(model, sources, window_days, binding)


def link_terms(cell: Cell | None) -> LinkTerms | None:
    """What a program's links say; None where the file does not speak of them."""
    if cell is None:
        return None
    fields = cell.fields(*UTM, "apply_code")
    texts = {name.removeprefix("utm_"): fields[name].text(str) for name in UTM if name in fields}
    with at(cell.path):
        return LinkTerms(**texts, apply_code="apply_code" in fields and fields["apply_code"].flag())


def code_plan(cell: Cell) -> CodePlan:
    """A code: its text, or an object of the text and its credit policy."""
    if not isinstance(cell.value, dict):
        return CodePlan(cell.path, cell.text(check_code), None)
    fields = cell.fields("code", "credit")
    needed(cell, fields, "code")
    policy = fields["credit"].text(_policy) if "credit" in fields else None
    return CodePlan(cell.path, fields["code"].text(check_code), policy)


def _model(name: str) -> str:
    model_of(name)
    return name


def _source(name: str) -> Source:
    if name not in set(Source):
        raise Invalid(f"{name[:40]!r} is no source. Known: {', '.join(Source)}.")
    return Source(name)


def _policy(name: str) -> CreditPolicy:
    if name not in set(CreditPolicy):
        raise Invalid(f"{name[:40]!r} is no credit policy. Known: {', '.join(CreditPolicy)}.")
    return CreditPolicy(name)


def _binding(cell: Cell) -> int | None:
    return None if cell.value == FOREVER else cell.whole()
