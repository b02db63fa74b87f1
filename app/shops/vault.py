"""Secrets at rest: tokens and the shop's own key, encrypted and bound to the one cell they were made for."""

import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.kernel.errors import RefusedError
from app.kernel.ids import ShopId


class Unreadable(RefusedError):
    """A stored secret that none of the keys opens, or that was made for another cell."""

    def __init__(self, shop_id: ShopId, column: str) -> None:
        super().__init__(
            f"The stored {column} of shop {shop_id} cannot be read with any key of TRIBUTE_SECRET_KEYS. "
            "Put the key it was written with back into the list, behind the newest."
        )
        self.shop_id = shop_id
        self.column = column


class Vault:
    """Seals and opens. The first key writes; all of them read, so keys can be changed without a pause."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, secret: bytes, shop_id: ShopId, column: str) -> bytes:
        """The secret, encrypted for this cell alone: copied to another shop or column it does not open."""
        return self._fernet.encrypt(_label(shop_id, column) + secret)

    def open(self, sealed: bytes, shop_id: ShopId, column: str) -> bytes:
        """The secret of that cell. Raises Unreadable, which names the cell and nothing that is in it."""
        label = _label(shop_id, column)
        try:
            opened = self._fernet.decrypt(sealed)
        except InvalidToken:
            raise Unreadable(shop_id, column) from None
        if not opened.startswith(label):
            raise Unreadable(shop_id, column)
        return opened[len(label) :]

    def rotate(self, sealed: bytes, shop_id: ShopId, column: str) -> bytes:
        """The same secret under the newest key; the old key may be dropped when every cell is done.

        Raises Unreadable.
        """
        self.open(sealed, shop_id, column)
        return self._fernet.rotate(sealed)


def new_shop_key() -> bytes:
    """A key for the pseudonyms of one shop's customers."""
    return secrets.token_bytes(32)


def _label(shop_id: ShopId, column: str) -> bytes:
    return f"{shop_id}:{column}:".encode()
