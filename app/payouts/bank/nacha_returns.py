"""NACHA return files: which credits came back, why, in the values that other answers have."""

from collections.abc import Iterator
from datetime import date, datetime

from app.kernel.money import Money
from app.payouts.bank.answers import Answer, Outcome, answer, once
from app.payouts.bank.safe_xml import LARGEST_BYTES, UnreadableFile

_LINE = 94
_RETURNED_CREDITS = frozenset({"21", "31", "41", "51"})


def read_returns(body: bytes) -> tuple[Answer, ...]:
    """The returned credits, each once. Raises UnreadableFile for what is no NACHA file."""
    lines = _lines(body)
    return once(_returned(lines))


def _lines(body: bytes) -> list[str]:
    if len(body) > LARGEST_BYTES:
        raise UnreadableFile(f"The file has {len(body)} bytes and {LARGEST_BYTES} are read at most.")
    lines = [line for line in body.decode("ascii", errors="replace").splitlines() if line.strip()]
    if not lines or not lines[0].startswith("101"):
        raise UnreadableFile(
            "The file does not begin with a NACHA file header (101). Download the return file again."
        )
    wrong = next((at for at, line in enumerate(lines, start=1) if len(line) != _LINE), None)
    if wrong is not None:
        raise UnreadableFile(
            f"Line {wrong} has not {_LINE} characters, as every NACHA record has. Download it again."
        )
    return lines


def _returned(lines: list[str]) -> Iterator[Answer]:
    on: date | None = None
    entry = ""
    for line in lines:
        if line[0] == "5":
            on = _day(line[69:75])
        elif line[0] == "6":
            entry = line
        elif line.startswith("799") and entry[1:3] in _RETURNED_CREDITS:
            yield _answer(entry, line, on)


def _answer(entry: str, addenda: str, on: date | None) -> Answer:
    cents = entry[29:39]
    if not cents.isdigit():
        raise UnreadableFile(
            f"The returned entry names the amount {cents!r}. Nothing of the file was booked."
        )
    amount = Money(int(cents), "USD")
    code = addenda[3:6].strip()
    said = addenda[35:79]
    return answer(entry[39:54].strip(), Outcome.RETURNED, code=code, said=said, amount=amount, on=on)


def _day(written: str) -> date | None:
    try:
        return datetime.strptime(written + "+0000", "%y%m%d%z").date()
    except ValueError:
        return None  # Some banks leave the date of a return batch empty.
