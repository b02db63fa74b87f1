"""Reading a rule of an offer, and its conditions: the kind decides which fields there are."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.campaigns.model import ConditionSpec, RuleSpec, plain
from app.commissions.checks import fraction
from app.commissions.plugin import Described
from app.commissions.rulebook import CONDITIONS, KINDS, condition_of, rule_of
from app.flows.apply_cells import Cell, at, needed
from app.kernel.currency import major_units, minor_units
from app.kernel.errors import Invalid
from app.kernel.fields import LISTS, Field, FieldKind

INSIDE = re.compile(
    r"^(?:The (?:rule|condition) .* cannot be read: )?(?P<why>.*?)(?: - at `\$\.(?P<where>[^`]*)`)?$",
    re.DOTALL,
)
LONGEST_AMOUNT = 30
MOST_CONDITIONS = 10


def rule(cell: Cell, currency: str) -> RuleSpec:
    """The rule as it is kept, in one writing. Raises BadFile.

    An amount is in the shop's currency, which need not be said.
    """
    kind, fields = _read(cell, "rule", KINDS, currency, also=("when",))
    spec = RuleSpec(kind, fields)
    when = Cell(f"{cell.path}.when", cell.value["when"]).items() if "when" in cell.value else []
    if len(when) > MOST_CONDITIONS:
        raise when[MOST_CONDITIONS].refuse(
            f"is one condition too many; a rule has at most {MOST_CONDITIONS}."
        )
    _accept(cell, lambda: rule_of(spec))
    return RuleSpec(kind, fields, tuple(_condition(one, currency) for one in when))


def _condition(cell: Cell, currency: str) -> ConditionSpec:
    kind, fields = _read(cell, "condition", CONDITIONS, currency)
    spec = ConditionSpec(kind, fields)
    _accept(cell, lambda: condition_of(spec))
    return spec


def _read(
    cell: Cell, noun: str, known: Mapping[str, type[Described]], currency: str, *, also: tuple[str, ...] = ()
) -> tuple[str, dict[str, Any]]:
    """(kind, fields in one writing) of a rule or a condition."""
    kind = _kind(cell, noun, known)
    declared = {field.key: field for field in known[kind].FIELDS}
    takes_currency = "currency" in getattr(known[kind], "__struct_fields__", ())
    given = cell.fields("kind", *also, *declared, *(["currency"] if takes_currency else []))
    needed(cell, given, *(key for key, field in declared.items() if not field.optional))
    fields = {key: _value(given[key], field, currency) for key, field in declared.items() if key in given}
    if takes_currency:
        if "currency" in given and given["currency"].value != currency:
            raise given["currency"].refuse(
                f"is not the shop's currency {currency}; its orders could not be priced."
            )
        fields["currency"] = currency
    return kind, fields if fields.get("by") != "net_sales" else _with_amounts(given, fields, currency)


def _kind(cell: Cell, noun: str, known: Mapping[str, object]) -> str:
    if not isinstance(cell.value, dict):
        raise cell.refuse("is not an object {...}.")
    needed(cell, cell.value, "kind")
    kind = Cell(f"{cell.path}.kind", cell.value["kind"])
    if not isinstance(kind.value, str) or kind.value not in known:
        raise kind.refuse(f"is no kind of {noun}. Known: {', '.join(known)}.")
    return kind.value


def _value(cell: Cell, field: Field, currency: str) -> Any:
    """The value in its one writing, so that equal rules have equal digests."""
    if field.kind in LISTS:
        return sorted(listed(item) for item in cell.items())
    if field.kind is FieldKind.STEPS:
        return [_step(row, field, currency) for row in cell.items()]
    if field.kind is FieldKind.COUNT:
        return cell.whole()
    if field.kind is FieldKind.SWITCH:
        return _switch(cell)
    _refuse_bent_numbers(cell)
    if field.kind is FieldKind.PERCENT:
        return f"{_rate(cell, field.key):f}"
    read = (lambda text: str(_amount(text, currency))) if field.kind is FieldKind.MONEY else str.strip
    return cell.text(read)


def _switch(cell: Cell) -> bool:
    if not isinstance(cell.value, bool):
        raise cell.refuse("is neither true nor false.")
    return cell.value


def _step(row: Cell, field: Field, currency: str) -> dict[str, Any]:
    columns = {column.key: column for column in field.columns}
    cells = row.fields(*columns)
    needed(row, cells, *columns)
    return {key: _value(cells[key], column, currency) for key, column in columns.items()}


def listed(item: Cell) -> str:
    """An entry of a list; a number of Shopify's may stand with or without quotes."""
    if isinstance(item.value, int) and not isinstance(item.value, bool):
        return str(item.value)
    return item.text(str.strip)


def _with_amounts(given: Mapping[str, Cell], fields: dict[str, Any], currency: str) -> dict[str, Any]:
    """Thresholds of net sales are amounts, and have their writing."""
    found = dict(fields)
    if "target" in given:
        found["target"] = str(given["target"].text(lambda text: _amount(text, currency)))
    if "steps" in given:
        rows = [row.fields("from", "rate") for row in given["steps"].items()]
        starts = [str(row["from"].text(lambda text: _amount(text, currency))) for row in rows]
        found["steps"] = [
            {**step, "from": start} for step, start in zip(fields["steps"], starts, strict=True)
        ]
    return found


def _refuse_bent_numbers(cell: Cell) -> None:
    """A reader of JSON may turn 0.12 into something near it, so what is not whole stands in quotes."""
    if isinstance(cell.value, Decimal | int) and not isinstance(cell.value, bool):
        raise cell.refuse('is a bare number; write it as text, such as "0.12".')


def _rate(cell: Cell, name: str) -> Decimal:
    with at(cell.path):
        rate = cell.number()
        fraction(name, rate)
        return plain(rate)


def _amount(text: str, currency: str) -> Decimal:
    if len(text) > LONGEST_AMOUNT:
        raise Invalid(f"{text[:80]!r} is not an amount.")
    return major_units(minor_units(text, currency), currency)


def _accept(cell: Cell, read: Any) -> None:
    with at(cell.path):
        try:
            read()
        except (Invalid, ValueError, TypeError, ArithmeticError, RecursionError) as error:
            found = INSIDE.match(str(error))
            where = found["where"] if found else None
            path = f"{cell.path}.{where}" if where else cell.path
            raise Cell(path, cell.value).refuse(f"is refused: {found['why'] if found else error}") from None
