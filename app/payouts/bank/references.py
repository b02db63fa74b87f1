"""Our numbers as banks carry them: 15 letters and digits, for the narrowest format there is, and back again."""

from app.kernel.errors import Invalid

PAYOUT = "T"
RUN = "R"

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_WIDTH = 13
_LENGTH = 15
_FIELD, _MODULUS = 32, 0b100101
"""x^5 + x^2 + 1: multiplying by x in the field of 32 elements."""
_LARGEST = 2**63 - 1


class NoReference(Invalid):
    """A number that has no reference."""


def reference(kind: str, number: int) -> str:
    """`kind` (PAYOUT or RUN), the number in base 32, a check letter: fits NACHA (15), Bacs (18) and SEPA (35).

    The same number always gives the same text: banks recognise a file sent twice by it.
    """
    if not 0 < number <= _LARGEST:
        raise NoReference(f"{number} is no id of a payout or a run, which are counted from 1.")
    rest, written = number, ""
    for _ in range(_WIDTH):
        rest, digit = divmod(rest, len(_DIGITS))
        written = _DIGITS[digit] + written
    return f"{kind}{written}{_check_letter(written)}"


def number_in(kind: str, text: str) -> int | None:
    """The number that a bank's answer names; None when the reference is not one of ours of that kind."""
    plain = text.strip().upper()
    if len(plain) != _LENGTH or plain[0] != kind or any(c not in _DIGITS for c in plain[1:]):
        return None
    number = 0
    for letter in plain[1:-1]:
        number = number * len(_DIGITS) + _DIGITS.index(letter)
    is_ours = 0 < number <= _LARGEST and _check_letter(plain[1:-1]) == plain[-1]
    return number if is_ours else None


def _check_letter(written: str) -> str:
    """Differs for every single wrong letter and for every two neighbours exchanged, as a sum modulo a prime would not."""
    state = 0
    for letter in written:
        state = (state ^ _DIGITS.index(letter)) << 1
        state = state ^ _MODULUS if state & _FIELD else state
    return _DIGITS[state]
