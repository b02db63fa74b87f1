"""Ids that cannot be mistaken for each other, and the one maker of random ones."""

import secrets
from typing import NewType
from uuid import UUID

ShopId = NewType("ShopId", int)
ProgramId = NewType("ProgramId", int)
OfferId = NewType("OfferId", int)
CreatorId = NewType("CreatorId", int)
EnrollmentId = NewType("EnrollmentId", int)
CodeId = NewType("CodeId", int)
OrderId = NewType("OrderId", int)
"""Shopify's own numeric order id: up to 19 digits, never a float."""
EventId = NewType("EventId", int)
"""Row of the inbox."""


_SPOKEN = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what is taken for one another: 0 and O, 1, I and L."""


def random_word(letters: int = 4) -> str:
    """A few characters that people can read aloud and that nobody would try by chance."""
    return "".join(secrets.choice(_SPOKEN) for _ in range(letters))


def random_token(nbytes: int = 24) -> str:
    """A URL-safe secret that nobody can guess."""
    return secrets.token_urlsafe(nbytes)


def random_key() -> UUID:
    """A key that nothing else has, for what must happen once."""
    return UUID(bytes=secrets.token_bytes(16), version=4)
