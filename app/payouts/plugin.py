"""What a new way of paying brings along: one file in `providers` with a PLUGIN, found by its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests

from app.kernel.clock import Clock
from app.kernel.errors import Invalid
from app.payouts.details import mask
from app.payouts.provider import Provider

LONGEST = 500
"""Characters of one value."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a merchant enters to connect a provider."""

    name: str
    label: str
    help: str
    """Where to find it."""
    is_secret: bool = False
    is_required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    """(value, words); empty: anything. The first is taken when nothing is said."""
    is_account: bool = False
    """Another value may be another account there, which knows nothing of what the one before paid."""
    environment: str = ""
    """The variable that holds it for the sole shop of an installation; empty: none."""


@dataclass(frozen=True)
class Outside:
    """How providers reach the world."""

    http: requests.Session
    """Pooled; reads no proxies and no .netrc."""
    clock: Clock
    bases: Mapping[str, str] = field(default_factory=dict)
    """Where a pretend provider is, by name; the real ones know their own addresses."""


Values = Mapping[str, str]
"""What was entered, by the fields' names. Holds secrets."""


@dataclass(frozen=True)
class Plugin:
    """How one provider is connected. Without `connect` it needs no keys, and the cashier makes it of what it has."""

    fields: tuple[Field, ...] = ()
    connect: Callable[[Values, Outside], Provider] | None = None
    fault: Callable[[Values], str | None] = lambda _: None
    """A sentence about values that cannot be right together; None: they may be."""

    def checked(self, typed: Values) -> dict[str, str]:
        """The values of all fields, trimmed. Raises Invalid, which shows no secret."""
        values = {one.name: _value(one, typed.get(one.name, "")) for one in self.fields}
        fault = self.fault(values)
        if fault is not None:
            raise Invalid(fault)
        return values

    def shown(self, values: Values) -> dict[str, str]:
        """What pages may show: of a secret its last four characters."""
        return {one.name: _shown(one, values.get(one.name, "")) for one in self.fields}


def _value(field: Field, typed: str) -> str:
    value = typed.strip()
    if field.choices:
        value = value or field.choices[0][0]
        if value not in {choice for choice, _ in field.choices}:
            words = ", ".join(choice for choice, _ in field.choices)
            raise Invalid(f"{field.label} is one of {words}.")
    if field.is_required and not value:
        raise Invalid(f"{field.label} is missing. {field.help}")
    if len(value) > LONGEST or not (value.isascii() and value.isprintable()) or " " in value:
        raise Invalid(f"{field.label} cannot be right: copy it again. {field.help}")
    return value


def _shown(field: Field, value: str) -> str:
    return mask(value) if field.is_secret and value else value
