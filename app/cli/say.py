"""What a command answers, and how it is printed."""

import json
import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """The same answer for a person and for a program."""

    text: str
    facts: Any
    """What `--json` prints."""
    ok: bool = True
    """False: the exit code is 1, as for a refusal."""


def say(answer: Answer, *, as_json: bool) -> None:
    """Print it on standard output."""
    shown = json.dumps(answer.facts, indent=1, ensure_ascii=False, default=str) if as_json else answer.text
    if shown:  # A command that streams has written already.
        sys.stdout.write(shown.rstrip("\n") + "\n")


def table(rows: list[tuple[str, ...]]) -> str:
    """Rows as columns of text, the first row as the heading."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows
    )
