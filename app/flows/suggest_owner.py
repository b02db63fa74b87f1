"""Whose a code may be, going by its letters: a suggestion for a merchant, who decides."""

from collections.abc import Iterable

from app.campaigns.vanity import latin

FEWEST = 3
"""Letters that must agree: shorter names stand in too many codes."""


def suggest_owner(code: str, creators: Iterable[tuple[str, str]]) -> str | None:
    """The handle of the one creator, of (handle, name), whose handle or first name begins the code; None when in doubt."""
    plain = latin(code)
    best: dict[int, set[str]] = {}
    for handle, name in creators:
        words = {latin(handle), latin(next(iter(name.split()), ""))}
        agree = max(
            (len(word) for word in words if len(word) >= FEWEST and plain.startswith(word)), default=0
        )
        if agree:
            best.setdefault(agree, set()).add(handle)
    longest = best[max(best)] if best else set()
    return next(iter(longest)) if len(longest) == 1 else None
