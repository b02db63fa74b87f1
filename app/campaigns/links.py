"""What a program's links say to the shop's statistics, and whether they put the creator's code into the cart. Pure."""

import re
from collections.abc import Mapping

import msgspec

from app.kernel.errors import Invalid

LONGEST = 100
PLACES = ("creator", "program", "channel", "slug", "code")
"""What a template may name in braces: `{channel}`."""
_PLACE = re.compile(r"\{([^{}]*)\}")


class LinkTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """Templates of the campaign parameters, by their names without `utm_`; an empty one is left out. Raises Invalid."""

    source: str = "{channel}"
    medium: str = "creator"
    campaign: str = "{program}"
    content: str = "{slug}"
    term: str = ""
    apply_code: bool = False
    """The shopper comes through `/discount/CODE`, so that the discount is there without typing."""

    def __post_init__(self) -> None:
        for name, template in self.templates():
            if len(template) > LONGEST or not template.isprintable():
                raise Invalid(f"{name} is {template[:40]!r}; at most {LONGEST} printable characters fit.")
            unknown = [place for place in _PLACE.findall(template) if place not in PLACES]
            if unknown or "{" in _PLACE.sub("", template) or "}" in _PLACE.sub("", template):
                known = ", ".join(f"{{{place}}}" for place in PLACES)
                raise Invalid(f"{name} is {template!r}; what may stand in braces is {known}.")

    def templates(self) -> tuple[tuple[str, str], ...]:
        """(utm_..., template) of each."""
        names = ("source", "medium", "campaign", "content", "term")
        return tuple((f"utm_{name}", getattr(self, name)) for name in names)

    def filled(self, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """(utm_..., text) of those that are not empty. `values`: of all places."""
        found = ((name, _PLACE.sub(lambda m: values[m[1]], text)) for name, text in self.templates())
        return tuple((name, text) for name, text in found if text)
