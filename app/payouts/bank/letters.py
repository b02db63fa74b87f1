"""Names in the letters that banks take: transliterated, never refused, never empty."""

import re
import unicodedata

from anyascii import anyascii

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
"""As German passports and banks write them; anyascii would drop the second letter."""
_ALIKE = str.maketrans(
    {"&": "+", "_": "-", "@": " ", "[": "(", "]": ")", "{": "(", "}": ")", ";": ",", '"': "'"}
)
_NOT_SEPA = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_NO_NAME = "NOTPROVIDED"
"""What the SEPA rulebooks write where there is nothing to write."""
_PICTURES = frozenset({"So", "Sk", "Cs", "Cf", "Cc", "Co", "Cn"})
"""Emoji, their modifiers and joiners: a bank's clerk is not helped by their names."""


def sepa_text(text: str, longest: int) -> str:
    """Only letters of the SEPA character set (EPC217-08), at most `longest`; NOTPROVIDED when nothing is left."""
    composed = unicodedata.normalize("NFC", text).translate(_GERMAN)
    drawn = "".join(" " if unicodedata.category(c) in _PICTURES else c for c in composed)
    plain = _NOT_SEPA.sub(" ", anyascii(drawn).translate(_ALIKE))
    # A slash at an end or doubled is a field separator in the systems behind.
    joined = re.sub(r"/{2,}", "/", " ".join(plain.split())).strip("/ ")
    return joined[:longest].strip("/ ") or _NO_NAME[:longest]


def nacha_text(text: str, longest: int) -> str:
    """Capitals, digits and plain punctuation, padded to exactly `longest`: a NACHA alphanumeric field."""
    return sepa_text(text, longest).upper().ljust(longest)
