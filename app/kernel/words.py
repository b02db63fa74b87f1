"""Words that people type: names, handles and addresses, checked before they reach a table."""

import re
import unicodedata

from app.kernel.errors import Invalid

LONGEST_LINE = 200
HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
EMAIL = re.compile(r"[^\s@<>,;:\"()\\\[\]]{1,64}@[^\s@<>,;:\"()\\\[\].]+(?:\.[^\s@<>,;:\"()\\\[\].]+)+")
LONGEST_EMAIL = 254
"""Characters of a mail address: RFC 5321, 4.5.3.1."""


class BadHandle(Invalid):
    """Text that cannot be a natural key."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:80]!r} is not a handle: use 1 to 64 small letters, digits, - or _, "
            "with a letter or digit at both ends."
        )
        self.text = text


class BadEmail(Invalid):
    """Text that no mail can be sent to."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:80]!r} is not an e-mail address such as mara@example.com.")
        self.text = text


def line(text: str, *, longest: int = LONGEST_LINE) -> str:
    """One line of 1 to `longest` characters, without blanks around it. Raises Invalid.

    Refuses control characters and halves of characters, which no table and no page could hold.
    """
    trimmed = text.strip()
    if not trimmed:
        raise Invalid("It is empty; write at least one character.")
    if len(trimmed) > longest:
        raise Invalid(f"It has {len(trimmed)} characters; at most {longest} fit.")
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in trimmed):
        raise Invalid(f"{trimmed[:80]!r} holds a line break or another character that cannot be shown.")
    return trimmed


def lines(text: str, *, longest: int) -> str:
    """Some lines of at most `longest` characters together, without blanks around them; perhaps none. Raises Invalid.

    Refuses control characters and halves of characters, which no table and no page could hold.
    """
    plain = text.replace("\r\n", "\n").strip()
    if len(plain) > longest:
        raise Invalid(f"It has {len(plain)} characters; at most {longest} fit.")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in plain.replace("\n", "")):
        raise Invalid("It holds characters that cannot be shown. Type it once more.")
    return plain


def handle(text: str) -> str:
    """A natural key: lower case, safe in addresses and files. Raises BadHandle."""
    if HANDLE.fullmatch(text) is None:
        raise BadHandle(text)
    return text


def handle_of(text: str) -> str:
    """A handle from a name: Théo Baptiste is theo-baptiste. Empty where the name has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]


def email(text: str) -> str:
    """A mail address as typed, without blanks around it. Raises BadEmail.

    Checks the shape only: whether mail arrives is learnt by sending one.
    """
    trimmed = text.strip()
    if len(trimmed) > LONGEST_EMAIL or not trimmed.isprintable() or EMAIL.fullmatch(trimmed) is None:
        raise BadEmail(trimmed)
    return trimmed
