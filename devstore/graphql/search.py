"""Shopify's search syntax, the part that apps use: field:value, field:>=value, quotes, AND. The rest is refused."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from devstore.clock import parse_instant
from devstore.graphql.errors import bad_request, missing

TERM = re.compile(
    r"""(?P<not>-)?(?:(?P<field>[A-Za-z_]+):(?P<op>>=|<=|>|<|=)?)?(?:'(?P<q>[^']*)'|"(?P<d>[^"]*)"|(?P<w>\S+))\s*"""
)
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip

T = TypeVar("T")
Reader = Callable[[Any], Any]


def matching(items: Iterable[T], text: str | None, fields: Mapping[str, Reader], *, free: Reader) -> list[T]:
    """The items that every term fits. `fields` reads a value (text, datetime, set of texts) per field name.

    `free` gives the text in which words without a field are looked for. Unknown fields are refused by name: Shopify
    would ignore them with a warning, and the app would take all for some.
    """
    tests = [_test(term, fields, free) for term in _terms(text or "")]
    return [item for item in items if all(test(item) for test in tests)]


def _terms(text: str) -> list[re.Match[str]]:
    found, place = [], 0
    text = text.strip()
    while place < len(text):
        match = TERM.match(text, place)
        if match is None:
            raise bad_request(f"cannot read the query from {text[place:]!r} on")
        place = match.end()
        if match["field"] is None and match["w"] == "AND":
            continue
        if (match["field"] is None and match["w"] in {"OR", "NOT"}) or (match["w"] or "").startswith("("):
            raise missing(f"{match['w']!r} in a search query")
        found.append(match)
    return found


def _test(term: re.Match[str], fields: Mapping[str, Reader], free: Reader) -> Callable[[Any], bool]:
    value = next(part for part in (term["q"], term["d"], term["w"]) if part is not None)
    name = term["field"]
    if name is not None and name not in fields:
        raise missing(f"the search field {name!r}")
    read = free if name is None else fields[name]

    def fits(item: Any) -> bool:
        held = read(item)
        return _fits(held, term["op"] or "=", value, loosely=name is None) is not bool(term["not"])

    return fits


def _fits(held: Any, sign: str, value: str, *, loosely: bool) -> bool:
    if isinstance(held, datetime):
        wanted = _instant(value)
        return held == wanted if sign == "=" else COMPARE[sign](held, wanted)
    if isinstance(held, int) and not isinstance(held, bool):
        return held == int(value) if sign == "=" else COMPARE[sign](held, int(value))
    if sign != "=":
        raise bad_request(f"{sign}{value} does not fit a text")
    if isinstance(held, (set, frozenset, list)):
        return value.casefold() in {str(one).casefold() for one in held}
    text = str(held).casefold()
    wanted_text = value.casefold()
    if wanted_text.endswith("*"):
        return any(word.startswith(wanted_text[:-1]) for word in [text, *text.split()])
    return wanted_text in text if loosely else wanted_text == text


def _instant(value: str) -> datetime:
    text = value if "T" in value else f"{value}T00:00:00Z"
    try:
        return parse_instant(text)
    except ValueError as problem:
        raise bad_request(f"{value!r} is no date or time") from problem
