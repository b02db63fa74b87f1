"""What a form sent, read field by field: each either is a value or gets a sentence beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from app.kernel import words
from app.kernel.errors import Invalid

T = TypeVar("T")


@dataclass
class Form:
    """One form as it was sent. `errors` fills while fields are read."""

    sent: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What was typed, to be shown again."""
        return self.sent.get(name, "")

    def read(self, name: str, check: Callable[[str], T], usual: T) -> T:
        """The field as `check` understands it; `usual` when it refuses, and then the form has an error."""
        try:
            return check(self.value(name))
        except Invalid as refusal:
            self.errors[name] = str(refusal)
            return usual


def read_handle(form: Form, typed: str) -> str:
    """The handle as typed, or one made of the name; a name that is missing is an error of its own field only."""
    made = typed or words.handle_of(form.value("name"))
    if made:
        return Form({"handle": made}, form.errors).read("handle", words.handle, "")
    if form.value("name").strip():
        form.errors["handle"] = (
            "No handle can be made of this name. Write one: small letters, digits and dashes."
        )
    return ""


def whole(least: int, most: int) -> Callable[[str], int]:
    """A check for a whole number in a range."""

    def check(text: str) -> int:
        typed = text.strip()
        if not (typed.isascii() and typed.isdecimal() and least <= int(typed[:9]) <= most):
            raise Invalid(f"{typed[:20]!r} is not a whole number from {least} to {most}.")
        return int(typed)

    return check


def percent(text: str) -> Decimal:
    """A check for a percentage from 0 to 100 with at most two decimals; a comma is a point."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number <= Decimal(100) or number != round(number, 2):
        raise Invalid(f"{text.strip()[:20]!r} is not a percentage from 0 to 100 with at most two decimals.")
    return number


def optional(check: Callable[[str], T]) -> Callable[[str], T | None]:
    """The same check for a field that may stay empty."""
    return lambda text: check(text) if text.strip() else None
