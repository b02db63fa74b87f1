"""What banks answer: pain.002, camt.053 and camt.054 as a list of what became of each payment.

Reading is free of effects: who books the answers takes each (reference, outcome) once, so a file read twice,
and a booking told by camt.054 and again by camt.053, change nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from xml.etree.ElementTree import Element

from app.kernel.errors import Invalid
from app.kernel.money import Money
from app.payouts.amounts import from_decimal_string
from app.payouts.bank.reasons import sentence
from app.payouts.bank.references import PAYOUT, RUN, number_in
from app.payouts.bank.safe_xml import UnreadableFile, children, first, name, text, tree


class Outcome(Enum):
    """What a bank says became of a payment."""

    ACCEPTED = "accepted"
    """Taken for execution: the money is not gone yet."""
    PAID = "paid"
    REJECTED = "rejected"
    """Never left the account."""
    RETURNED = "returned"
    """Left and came back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One payment's outcome."""

    reference: str
    """The end-to-end id as the bank repeats it."""
    payout_id: int | None
    """None when the reference is not one of ours."""
    outcome: Outcome
    reason_code: str | None
    sentence: str
    amount: Money | None
    on: date | None


@dataclass(frozen=True, slots=True)
class Report:
    """A file of answers."""

    kind: str
    message_id: str
    run_id: int | None
    """The run a status report is about."""
    whole_file: Outcome | None
    """ACCEPTED or REJECTED when the bank speaks of the file as a whole."""
    whole_file_reason: str
    answers: tuple[Answer, ...]


_STATUSES = {
    "RJCT": Outcome.REJECTED,
    "ACCP": Outcome.ACCEPTED,
    "ACTC": Outcome.ACCEPTED,
    "ACSP": Outcome.ACCEPTED,
    "ACWC": Outcome.ACCEPTED,
    "ACSC": Outcome.PAID,
    "ACCC": Outcome.PAID,
}
"""Statuses that say something; RCVD, PDNG and PART do not (ISO 20022 external code set)."""

_GOOD = {
    Outcome.ACCEPTED: "The bank took the payment and will carry it out.",
    Outcome.PAID: "The bank has paid it.",
}


def read_report(body: bytes) -> Report:
    """Read a bank's answer. Raises UnreadableFile for hostile, huge and other files.

    Answers come in the file's order, each once.
    """
    root = tree(body)
    message = next(iter(root), None)
    kind = "" if message is None else name(message)
    reader = _READERS.get(kind)
    if message is None or reader is None:
        shown = (kind or name(root))[:40]
        raise UnreadableFile(f"The file holds {shown!r}; pain.002, camt.053 and camt.054 are read.")
    try:
        return reader(message)
    except UnreadableFile:
        raise
    except (Invalid, ValueError) as problem:
        raise UnreadableFile(
            f"The file was not read: {str(problem)[:120]} Nothing of it was booked."
        ) from None


def once(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """The answers without those that repeat one before: same reference and outcome."""
    kept: dict[tuple[str, Outcome], Answer] = {}
    for answer in answers:
        kept.setdefault((answer.reference, answer.outcome), answer)
    return tuple(kept.values())


def answer(
    reference: str,
    outcome: Outcome,
    *,
    code: str | None = None,
    said: str = "",
    amount: Money | None = None,
    on: date | None = None,
) -> Answer:
    """An answer with its payout and its sentence."""
    words = _GOOD.get(outcome) or sentence(code, said)
    return Answer(reference, number_in(PAYOUT, reference), outcome, code, words, amount, on)


def _status_report(message: Element) -> Report:
    group = first(message, "OrgnlGrpInfAndSts")
    run = "" if group is None else text(group, "OrgnlMsgId")
    whole = None if group is None else _STATUSES.get(text(group, "GrpSts"))
    answers = [found for block in children(message, "OrgnlPmtInfAndSts") for found in _statuses(block)]
    why = "" if group is None else sentence(*_reason(group, "StsRsnInf"))
    return Report(
        kind="pain.002",
        message_id=text(message, "GrpHdr", "MsgId"),
        run_id=number_in(RUN, run),
        whole_file=whole,
        whole_file_reason=why if whole is Outcome.REJECTED else "",
        answers=once(answers),
    )


def _statuses(block: Element) -> Iterator[Answer]:
    for one in children(block, "TxInfAndSts"):
        outcome = _STATUSES.get(text(one, "TxSts") or text(block, "PmtInfSts"))
        if outcome is None:
            continue
        code, said = _reason(one, "StsRsnInf")
        amount = first(one, "OrgnlTxRef", "Amt", "InstdAmt")
        yield answer(
            text(one, "OrgnlEndToEndId"),
            outcome,
            code=code,
            said=said,
            amount=None if amount is None else _money(amount),
            on=_day(text(one, "AccptncDtTm")),
        )


def _bookings(kind: str, part: str) -> Callable[[Element], Report]:
    def read(message: Element) -> Report:
        entries = [e for block in children(message, part) for e in children(block, "Ntry")]
        return Report(
            kind=kind,
            message_id=text(message, "GrpHdr", "MsgId"),
            run_id=None,
            whole_file=None,
            whole_file_reason="",
            answers=once(found for entry in entries for found in _booked(entry)),
        )

    return read


def _booked(entry: Element) -> Iterator[Answer]:
    if (text(entry, "Sts", "Cd") or text(entry, "Sts")) != "BOOK":
        return  # A pending entry may still change; the booked one comes.
    details = list(children(entry, "NtryDtls", "TxDtls"))
    on = _day(text(entry, "BookgDt", "Dt") or text(entry, "BookgDt", "DtTm"))
    for one in details:
        outcome = _movement(entry, one)
        reference = text(one, "Refs", "EndToEndId")
        if outcome is None or not reference:
            continue
        code, said = _reason(one, "RtrInf") if outcome is Outcome.RETURNED else (None, "")
        amount = _booked_amount(entry, one, is_alone=len(details) == 1)
        yield answer(reference, outcome, code=code, said=said, amount=amount, on=on)


def _booked_amount(entry: Element, one: Element, *, is_alone: bool) -> Money | None:
    """The payment's own amount; that of the entry only when the payment is alone in it."""
    own = [first(one, "Amt"), first(one, "AmtDtls", "TxAmt", "Amt")]
    candidates = [*own, first(entry, "Amt") if is_alone else None]
    return next((_money(found) for found in candidates if found is not None), None)


def _movement(entry: Element, one: Element) -> Outcome | None:
    """Money out is paid; money in is ours only when it is said to come back."""
    direction = text(one, "CdtDbtInd") or text(entry, "CdtDbtInd")
    is_back = first(one, "RtrInf") is not None or text(entry, "RvslInd") in {"true", "1"}
    if direction == "DBIT":
        return None if is_back else Outcome.PAID
    return Outcome.RETURNED if is_back else None


def _reason(parent: Element, tag: str) -> tuple[str | None, str]:
    found = first(parent, tag)
    if found is None:
        return None, ""
    code = text(found, "Rsn", "Cd") or text(found, "Rsn", "Prtry")
    said = " ".join((line.text or "").strip() for line in children(found, "AddtlInf"))
    return code or None, said


def _money(amount: Element) -> Money:
    return from_decimal_string((amount.text or "").strip(), amount.get("Ccy", ""))


def _day(written: str) -> date | None:
    return date.fromisoformat(written[:10]) if written else None


_READERS: dict[str, Callable[[Element], Report]] = {
    "CstmrPmtStsRpt": _status_report,
    "BkToCstmrStmt": _bookings("camt.053", "Stmt"),
    "BkToCstmrDbtCdtNtfctn": _bookings("camt.054", "Ntfctn"),
}
