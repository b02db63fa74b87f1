"""Read what a control call says; a mistake is answered with the name of the field."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request

from devstore.clock import parse_instant
from devstore.model import Refused


def body(allowed: Iterable[str] = ()) -> dict[str, Any]:
    """The JSON object of the call ({} when empty). With `allowed`, other keys are refused by name."""
    given = request.get_json(silent=True) if request.data else {}
    if not isinstance(given, dict):
        raise Refused("The body must be a JSON object.")
    known = set(allowed)
    unknown = sorted(set(given) - known) if known else []
    if unknown:
        raise Refused(f"Unknown: {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")
    return given


def amount(given: dict[str, Any], key: str) -> Decimal | None:
    """An exact amount: a string, or a JSON number by its shortest text."""
    value = given.get(key)
    if value is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation as problem:
        raise Refused(f"{key}: {value!r} is no amount.") from problem


def instant(given: dict[str, Any], key: str) -> datetime | None:
    """An RFC 3339 time."""
    value = given.get(key)
    if value is None:
        return None
    try:
        return parse_instant(value)
    except (ValueError, TypeError) as problem:
        raise Refused(f"{key}: {problem}") from problem


def apply(switches: Any, given: dict[str, Any]) -> None:
    """Set fields of a switch board; unknown ones are refused, types must fit."""
    if not is_dataclass(switches):
        raise TypeError(f"{switches!r} has no switches")
    kinds = {one.name: type(getattr(switches, one.name)) for one in fields(switches)}
    for key, value in given.items():
        if key not in kinds:
            raise Refused(f"There is no switch {key!r}; switches: {', '.join(sorted(kinds))}.")
        wanted = kinds[key]
        fits = isinstance(value, (int, float)) if wanted in {int, float} else True
        if wanted is bool:
            fits = isinstance(value, bool)
        if wanted is tuple:
            value = tuple(value)  # noqa: PLW2901  # JSON has no tuples
        if not fits:
            raise Refused(f"{key}: {value!r} is no {wanted.__name__}.")
        setattr(switches, key, value)
