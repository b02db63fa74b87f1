"""Codes by a program's pattern, such as {NAME}{PERCENT}: what a pattern may be, and the codes that it gives."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from app.kernel.errors import Invalid

USUAL = "{NAME}{PERCENT}"
WORDS = ("NAME", "HANDLE", "PERCENT", "PROGRAM")
LONGEST_PATTERN = 60
LONGEST_WORD = 20
"""Of a name or handle within a code: shoppers type it."""
_PIECE = re.compile(r"\{([^{}]*)\}|([A-Za-z0-9_-]+)")


class BadPattern(Invalid):
    """Text that is no pattern of codes."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text[:80]!r} is no pattern for codes: {why}")


@dataclass(frozen=True)
class Bearer:
    """Whom a code is made for."""

    name: str
    handle: str
    program: str
    """Handle."""
    percent: Decimal | None
    """What shoppers save: 10 is ten percent."""


def check_pattern(text: str) -> str:
    """The pattern in capitals, without blanks around it. Raises BadPattern."""
    pattern = text.strip().upper()
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern(pattern, f"it has {len(pattern)} characters; at most {LONGEST_PATTERN} fit.")
    pieces = list(_PIECE.finditer(pattern))
    if "".join(piece[0] for piece in pieces) != pattern:
        raise BadPattern(pattern, "use letters, digits, - and _, and words in braces such as {NAME}.")
    for word in (piece[1] for piece in pieces if piece[1] is not None):
        if word not in WORDS:
            known = ", ".join(f"{{{w}}}" for w in WORDS)
            raise BadPattern(pattern, f"{{{word}}} is none of {known}.")
    if "{NAME}" not in pattern and "{HANDLE}" not in pattern:
        raise BadPattern(pattern, "it needs {NAME} or {HANDLE}, or everybody's code would be the same.")
    return pattern


def forms(pattern: str, bearer: Bearer) -> Iterator[str]:
    """The codes that a checked pattern gives, the best first, without end: MARA10, MARA10-2, MARA10-3 ..."""
    handle = latin(bearer.handle)
    words = {
        "NAME": latin(next(iter(bearer.name.split()), "")) or handle,
        "HANDLE": handle,
        # Of 12.5 the 12: a code that says 125 would promise ten times as much.
        "PERCENT": str(int(bearer.percent)) if bearer.percent else "",
        "PROGRAM": latin(bearer.program),
    }
    first = _PIECE.sub(lambda piece: words[piece[1]] if piece[1] is not None else piece[2], pattern)
    yield first
    yield from (f"{first}-{number}" for number in count(2))


def latin(text: str) -> str:
    """Capitals and digits of it that any keyboard has; accents fall away."""
    plain = unicodedata.normalize("NFKD", text).upper()
    return "".join(c for c in plain if c.isascii() and c.isalnum())[:LONGEST_WORD]
