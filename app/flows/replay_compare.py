"""Two dumps side by side: whether they are the same bytes, and where they are not, in words. Pure."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.reports.dump import SECTIONS, Digest, DumpLine

MOST_TOLD = 100
"""Differences that are told one by one; of the rest only the number."""
LONGEST_VALUE = 120

_RANK = {kind: rank for rank, kind in enumerate(SECTIONS)}


@dataclass
class Compared:
    """What came of comparing."""

    digest: str = ""
    """Of the dump as it stands."""
    replayed_digest: str = ""
    lines: int = 0
    """Of the dump as it stands."""
    different: int = 0
    differences: list[str] = field(default_factory=list)
    """The first of them, each a sentence that names what differs by natural key."""


def compare(stands: Iterable[DumpLine], replayed: Iterable[DumpLine]) -> Compared:
    """Read both dumps once, side by side. Memory does not grow with them."""
    found = Compared()
    ours, theirs = Digest(), Digest()
    for left, right in _side_by_side(stands, replayed):
        if left is not None:
            ours.take(left)
        if right is not None:
            theirs.take(right)
        if left is None or right is None or left.text != right.text:
            found.different += 1
            if len(found.differences) < MOST_TOLD:
                found.differences.append(_words(left, right))
    found.digest, found.replayed_digest, found.lines = ours.hex(), theirs.hex(), ours.lines
    return found


def _side_by_side(
    stands: Iterable[DumpLine], replayed: Iterable[DumpLine]
) -> Iterator[tuple[DumpLine | None, DumpLine | None]]:
    """Lines of one kind and key as a pair; a line that only one dump has, alone."""
    one, other = iter(stands), iter(replayed)
    left, right = next(one, None), next(other, None)
    while left is not None or right is not None:
        if right is None or (left is not None and _place(left) < _place(right)):
            yield left, None
            left = next(one, None)
        elif left is None or _place(right) < _place(left):
            yield None, right
            right = next(other, None)
        else:
            yield left, right
            left, right = next(one, None), next(other, None)


def _place(line: DumpLine) -> tuple[Any, ...]:
    return (_RANK[line.kind], *line.key)


def _words(left: DumpLine | None, right: DumpLine | None) -> str:
    one = left or right
    if one is None:
        raise ValueError("two lines that are not there were compared")
    name = f"{one.kind} {' '.join(str(part) for part in one.key if part not in {'', None})}"
    if right is None:
        return f"{name}: stands in the books, and replaying does not give it: {one.text[:LONGEST_VALUE]}"
    if left is None:
        return f"{name}: replaying gives it, and it does not stand in the books: {one.text[:LONGEST_VALUE]}"
    stands, replayed = json.loads(left.text), json.loads(right.text)
    parts = [
        f"{key} is {_shown(stands.get(key))}, by replay {_shown(replayed.get(key))}"
        for key in sorted({*stands, *replayed})
        if stands.get(key) != replayed.get(key)
    ]
    return f"{name}: " + "; ".join(parts)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
