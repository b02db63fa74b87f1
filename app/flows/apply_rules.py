"""Reading a rule of an offer: its kind decides which fields there are."""

import re
from decimal import Decimal
from typing import Any, get_args

import msgspec

from app.campaigns.model import RuleSpec, plain
from app.commissions.rulebook import KINDS, rule_of
from app.flows.apply_cells import Cell, at, needed
from app.kernel.currency import major_units, minor_units
from app.kernel.errors import Invalid

RATE_DECIMALS = 6
"""As many as a rate's column holds."""
INSIDE = re.compile(
    r"^(?:The rule .* cannot be read: )?(?P<why>.*?)(?: - at `\$\.(?P<where>[^`]*)`)?$", re.DOTALL
)


def rule(cell: Cell, currency: str) -> RuleSpec:
    """The rule as it is kept, in one writing. Raises BadFile.

    A fixed amount is in the shop's currency, which need not be said.
    """
    kind = _kind(cell)
    struct = KINDS[kind]
    wanted = {f.encode_name: f for f in msgspec.structs.fields(struct)}
    fields = cell.fields("kind", *wanted)
    for name, field in fields.items():
        if name != "kind":
            _refuse_bent_numbers(field, is_whole=int in (wanted[name].type, *get_args(wanted[name].type)))
    values = {name: field.value for name, field in fields.items() if name != "kind"}
    if "currency" in wanted:
        _take_currency(fields, values, currency)
    needed(cell, {**fields, **dict.fromkeys(values, cell)}, *(n for n, f in wanted.items() if f.required))
    with at(cell.path):
        return RuleSpec(kind, _canonical(_read(cell, RuleSpec(kind, values))))


def _kind(cell: Cell) -> str:
    if not isinstance(cell.value, dict):
        raise cell.refuse("is not an object {...}.")
    needed(cell, cell.value, "kind")
    kind = Cell(f"{cell.path}.kind", cell.value["kind"])
    if not isinstance(kind.value, str) or kind.value not in KINDS:
        raise kind.refuse(f"is no kind of rule. Known: {', '.join(KINDS)}.")
    return kind.value


def _refuse_bent_numbers(field: Cell, *, is_whole: bool) -> None:
    """A reader of JSON may turn 0.12 into something near it, so only whole numbers stand without quotes."""
    bent = isinstance(field.value, Decimal) or (isinstance(field.value, int) and not is_whole)
    if bent and not isinstance(field.value, bool):
        raise field.refuse('is a bare number; write it as text, such as "0.12".')


def _take_currency(fields: Any, values: dict[str, Any], currency: str) -> None:
    given = fields.get("currency")
    if given is not None and given.value != currency:
        raise given.refuse(f"is not the shop's currency {currency}; its orders could not be priced.")
    values["currency"] = currency
    amount = fields.get("amount")
    if amount is not None:
        values["amount"] = str(amount.text(lambda t: _amount(t, currency)))


def _amount(text: str, currency: str) -> Decimal:
    if len(text) > RATE_DECIMALS * 5:
        raise Invalid(f"{text[:80]!r} is not an amount.")
    return major_units(minor_units(text, currency), currency)


def _read(cell: Cell, spec: RuleSpec) -> Any:
    try:
        return rule_of(spec)
    except (Invalid, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        found = INSIDE.match(str(error))
        where = found["where"] if found else None
        path = f"{cell.path}.{where}" if where else cell.path
        raise Cell(path, cell.value).refuse(f"is refused: {found['why'] if found else error}") from None


def _canonical(rule_: Any) -> dict[str, Any]:
    """The rule's fields, each number in its plainest writing, so that equal rules have equal digests."""
    fields: dict[str, Any] = msgspec.to_builtins(rule_, builtin_types=(Decimal,))
    for value in fields.values():
        if isinstance(value, Decimal) and -int(value.as_tuple().exponent) > RATE_DECIMALS:
            raise Invalid(f"{value} has more than {RATE_DECIMALS} decimals.")
    return {k: str(plain(v)) if isinstance(v, Decimal) else v for k, v in fields.items()}
