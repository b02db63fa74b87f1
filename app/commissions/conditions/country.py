"""Orders shipped to some countries."""

import re
from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.sale import LineShare, Sale
from app.kernel.errors import Invalid
from app.kernel.fields import Field, FieldKind

CODE = re.compile(r"[A-Z]{2}")


class Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order is shipped to one of these countries. An order without an address is shipped nowhere."""

    RANK: ClassVar[int] = 0
    LABEL: ClassVar[str] = "Shipping country"
    SAYS: ClassVar[str] = "in {countries}"
    HELP: ClassVar[str] = "Only orders shipped to these countries."
    FIELDS: ClassVar[tuple[Field, ...]] = (Field("countries", "Countries", FieldKind.COUNTRIES),)

    countries: tuple[str, ...]

    def __post_init__(self) -> None:
        checks.some("countries", self.countries)
        for code in self.countries:
            if CODE.fullmatch(code) is None:
                raise Invalid(f"countries holds {code[:40]!r}; write two capitals, such as DE.")

    def holds(self, sale: Sale, line: LineShare) -> bool:  # noqa: ARG002 - asks of the order only
        """Whether it is shipped to one of them."""
        return sale.about.country in self.countries

    def why(self) -> str:
        """What it asks for."""
        return checks.named("country", self.countries)


PLUGIN = Country
