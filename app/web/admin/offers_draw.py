"""The editor's form as its template draws it: every input with its value and what is wrong with it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.commissions.plugin import Role
from app.commissions.rulebook import CONDITIONS, KINDS
from app.flows.discount_fields import LIMITS, SCOPE, VALUE
from app.flows.offer_fields import CHANNELS, HOLD, NEVER_EARN, SWITCHES
from app.kernel.fields import LISTS, Field, FieldKind
from app.web.admin.offers_typed import EMPTY_ROWS, Part, Typed, Values
from app.web.admin.offers_values import NUMBERS, unit

WIDGETS = {FieldKind.CHOICE: "select", FieldKind.SWITCH: "check", FieldKind.STEPS: "rows"}
HINTS = {
    FieldKind.TEXTS: "One a line.",
    FieldKind.COUNTRIES: "Two letters each, such as DE, AT.",
}


@dataclass(frozen=True)
class Slot:
    """One input."""

    field: Field
    name: str
    id: str
    value: str
    widget: str
    """input, area, select, check or rows."""
    unit: str
    hint: str
    error: str | None
    rows: tuple[tuple["Slot", ...], ...] = ()


@dataclass(frozen=True)
class Group:
    """A rule or a condition."""

    number: int
    name: str
    kind: str
    label: str
    help: str
    error: str | None
    slots: tuple[Slot, ...]
    takes_conditions: bool
    """Only what earns on lines asks which orders and products."""
    when: tuple["Group", ...] = ()


@dataclass(frozen=True)
class Drawing:
    """The whole form."""

    discount: tuple[Slot, ...]
    scope: tuple[Slot, ...]
    limits: tuple[Slot, ...]
    hold: tuple[Slot, ...]
    switches: tuple[Slot, ...]
    never_earn: tuple[Slot, ...]
    channels: tuple[Slot, ...]
    rules: tuple[Group, ...]
    focus: str | None
    """The id of the input that has the focus."""

    @property
    def never_earn_is_used(self) -> bool:
        """Whether something is left out of what earns, so that the section is worth showing."""
        return _is_used(self.never_earn)

    @property
    def scope_is_used(self) -> bool:
        """Whether the discount is not simply off everything."""
        return _is_used(self.scope)

    @property
    def limits_are_used(self) -> bool:
        """Whether the discount is limited, or stands beside others otherwise than is usual."""
        usual = {
            "limit_of": "offer",
            "combine_shipping": "yes",
            "single_use": "no",
            "single_use_days": "7",
        }
        return any(s.error or (s.value and usual.get(s.field.key) != s.value) for s in self.limits)


def _is_used(slots: Iterable[Slot]) -> bool:
    return any(slot.value or slot.error for slot in slots)


def draw(typed: Typed, errors: Mapping[str, str], currency: str, *, at: str | None = None) -> Drawing:
    """The form with what was typed. `at`: the part whose first input gets the focus; else the first mistake."""
    pen = _Pen(errors, currency)
    drawn = Drawing(
        discount=pen.slots(VALUE, typed.values, ""),
        scope=pen.slots(SCOPE, typed.values, ""),
        limits=pen.slots(LIMITS, typed.values, ""),
        hold=pen.slots(HOLD, typed.values, ""),
        switches=pen.slots(SWITCHES, typed.values, ""),
        never_earn=pen.slots(NEVER_EARN, typed.values, ""),
        channels=pen.slots(CHANNELS, typed.values, ""),
        rules=tuple(pen.group(part, n, f"rules.{n}", KINDS) for n, part in enumerate(typed.rules)),
        focus=None,
    )
    return _focused(drawn, at, errors)


class _Pen:
    def __init__(self, errors: Mapping[str, str], currency: str) -> None:
        self.errors = errors
        self.currency = currency

    def group(self, part: Part, number: int, name: str, known: Mapping[str, Any]) -> Group:
        kind = known[part.kind]
        return Group(
            number=number,
            name=name,
            kind=part.kind,
            label=kind.LABEL,
            help=kind.HELP,
            error=self.errors.get(name),
            slots=self.slots(kind.FIELDS, part.values, f"{name}."),
            takes_conditions=getattr(kind, "ROLE", None) is Role.LINES,
            when=tuple(
                self.group(condition, n, f"{name}.when.{n}", CONDITIONS)
                for n, condition in enumerate(part.when)
            ),
        )

    def slots(self, fields: Iterable[Field], values: Values, prefix: str) -> tuple[Slot, ...]:
        return tuple(self.slot(each, values, prefix) for each in fields)

    def slot(self, each: Field, values: Values, prefix: str) -> Slot:
        name = prefix + each.key
        rows = self.rows(each, values, prefix) if each.kind is FieldKind.STEPS else ()
        return self.made(each, name, name, (values.get(each.key) or [each.default or ""])[0], rows)

    def rows(self, each: Field, values: Values, prefix: str) -> tuple[tuple[Slot, ...], ...]:
        """What was typed, and some empty rows after it."""
        typed = [values.get(f"{each.key}.{c.key}", []) for c in each.columns]
        lines = [[t[n] if n < len(t) else "" for t in typed] for n in range(max(map(len, typed), default=0))]
        used = [line for line in lines if any(text.strip() for text in line)]
        return tuple(
            tuple(
                self.made(
                    column,
                    f"{prefix}{each.key}.{column.key}",
                    f"{prefix}{each.key}.{n}.{column.key}",
                    text,
                )
                for column, text in zip(each.columns, line, strict=True)
            )
            for n, line in enumerate([*used, *[[""] * len(typed)] * EMPTY_ROWS])
        )

    def made(
        self, each: Field, name: str, id_: str, value: str, rows: tuple[tuple[Slot, ...], ...] = ()
    ) -> Slot:
        hint = each.help or HINTS.get(each.kind, "")
        if each.kind in NUMBERS:
            hint = hint or "Paste the addresses of their pages in the admin, or their numbers."
        return Slot(
            field=each,
            name=name,
            id=id_,
            value=value,
            widget="area" if each.kind in LISTS else WIDGETS.get(each.kind, "input"),
            unit=unit(each, self.currency),
            hint=hint,
            error=self.errors.get(id_),
            rows=rows,
        )


def _focused(drawn: Drawing, at: str | None, errors: Mapping[str, str]) -> Drawing:
    if at is None and not errors:
        return drawn
    slots = [s for g in drawn.rules for part in (g, *g.when) for s in part.slots]
    shoppers = [*drawn.discount, *drawn.scope, *drawn.limits]
    every = [*slots, *shoppers, *drawn.hold, *drawn.switches, *drawn.never_earn, *drawn.channels]
    flat = [s for slot in every for s in ([c for row in slot.rows for c in row] or [slot])]
    wanted = (s.id for s in flat if (s.id.startswith(f"{at}.") if at is not None else s.error))
    return Drawing(**{**vars(drawn), "focus": next(wanted, None)})
