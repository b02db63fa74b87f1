"""Reading the address of a visit's first page. Pure."""

from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

PAID_CLICKS = frozenset({
    "gclid", "gclsrc", "gad_source", "gad_campaignid", "gbraid", "wbraid", "dclid", "msclkid", "yclid", "ymclid",
})  # fmt: skip
"""Parameters that search engines add to an ad's address."""
PARAMETERS_READ = 200
"""An address with more of them says nothing."""
PAID_MEDIA = frozenset({"cpc", "ppc", "paidsearch", "paid_search", "paid-search", "sem"})
"""What people write into utm_medium for the same."""


def paid_search(landing: str) -> str | None:
    """The parameter that says the visit came from a paid search result; None when none does."""
    for name, value in _parameters(landing):
        if name in PAID_CLICKS and value:
            return name
        if name == "utm_medium" and value.casefold() in PAID_MEDIA:
            return f"utm_medium={value.casefold()}"
    return None


def leads_to_code(landing: str, code: str) -> bool:
    """Whether the page is the link that applies this code: /discount/CODE."""
    parts = _path(landing).split("/")
    return len(parts) > 2 and parts[1] == "discount" and unquote(parts[2]).casefold() == code.casefold()  # noqa: PLR2004


@lru_cache(maxsize=1024)
def sources(landing: str) -> tuple[str, ...]:
    """What the address itself names as its source: utm_source."""
    if "utm_source" not in landing.casefold() and "%" not in landing:
        return ()
    return tuple(value for name, value in _parameters(landing) if name == "utm_source" and value)


def _parameters(landing: str) -> list[tuple[str, str]]:
    try:
        return [
            (name.casefold(), value)
            for name, value in parse_qsl(urlsplit(landing).query, max_num_fields=PARAMETERS_READ)
        ]
    except ValueError:
        return []


def _path(landing: str) -> str:
    try:
        return urlsplit(landing).path
    except ValueError:
        return ""
