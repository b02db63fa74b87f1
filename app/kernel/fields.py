"""Fields that a plug-in declares of itself, so that a form draws itself and a table documents itself.

Whoever adds a rule, a condition or a provider writes one file; the editor page, the reader of
`tribute apply` and docs/offers.md all go by these descriptions. Values are kept as JSON: numbers
that are not whole are text, so that no reader bends them.
"""

from enum import StrEnum

import msgspec


class FieldKind(StrEnum):
    """What a person types, and in which JSON it is kept."""

    PERCENT = "percent"
    """Typed as a percent (12), kept as a fraction in text ("0.12")."""
    MONEY = "money"
    """Major units of the shop's currency, kept as text ("5.00")."""
    COUNT = "count"
    """A whole number."""
    CHOICE = "choice"
    """One of `choices`, kept as its key."""
    SWITCH = "switch"
    """true or false."""
    TEXT = "text"
    """One line."""
    TEXTS = "texts"
    """A list of lines: tags, vendors, codes, channels."""
    COUNTRIES = "countries"
    """A list of ISO 3166 codes of two capitals."""
    PRODUCTS = "products"
    """A list of Shopify's product numbers, as text."""
    VARIANTS = "variants"
    """A list of Shopify's variant numbers, as text."""
    COLLECTIONS = "collections"
    """A list of Shopify's collection numbers, as text."""
    STEPS = "steps"
    """A list of objects, each with the fields in `columns`: the rows of a small table."""


LISTS = frozenset(
    {FieldKind.TEXTS, FieldKind.COUNTRIES, FieldKind.PRODUCTS, FieldKind.VARIANTS, FieldKind.COLLECTIONS}
)
"""Kinds that are kept as a list of texts."""


class Choice(msgspec.Struct, frozen=True):
    """One of the values that a choice may have."""

    key: str
    label: str


class Field(msgspec.Struct, frozen=True):
    """One field of a plug-in."""

    key: str
    """The name in JSON."""
    label: str
    """As the form says it."""
    kind: FieldKind
    help: str = ""
    """One sentence under the field."""
    least: str | None = None
    """Smallest value, in the JSON's own writing: a fraction for a percent, major units for money."""
    most: str | None = None
    choices: tuple[Choice, ...] = ()
    """Of a choice, in the order in which they are offered."""
    columns: tuple["Field", ...] = ()
    """Of steps."""
    optional: bool = False
    """Whether it may be left out."""
    default: str | None = None
    """What holds when it is left out, in the JSON's own writing."""
    only_if: tuple[str, tuple[str, ...]] | None = None
    """(key of a choice, its values): the field means something only then, and is refused otherwise."""
    money_if: tuple[str, tuple[str, ...]] | None = None
    """(key of a choice beside it, its values): a text that is an amount of money then, else a plain number."""


def of_choice(field: Field) -> tuple[str, ...]:
    """The keys that a choice may have."""
    return tuple(choice.key for choice in field.choices)
