"""A creator writes to the shop, or the shop to a creator; a file may hang on it, sealed."""

from datetime import datetime

from app.creators import store as creators
from app.db.session import ShopSession
from app.kernel import words
from app.kernel.errors import Invalid
from app.kernel.ids import ShopId, random_key
from app.messages import store
from app.messages.model import LONGEST, Attachment, Message
from app.shops.vault import Vault


def write(
    session: ShopSession,
    vault: Vault,
    handle: str,
    body: str,
    *,
    is_from_creator: bool,
    actor: str,
    now: datetime,
    order_id: int | None = None,
    attached: Attachment | None = None,
) -> None:
    """Keep it for the other side to read. Raises Invalid, NotFound."""
    creator = creators.creator(session, handle)
    key = random_key() if attached is not None else None
    sealed = None
    if attached is not None and key is not None:
        sealed = vault.seal(attached.content, ShopId(session.shop_id), store.column(key))
    message = Message(
        id=0,
        creator_id=creator.id,
        is_from_creator=is_from_creator,
        order_id=order_id,
        body=_text(body),
        actor=actor,
        written_at=now,
        read_at=None,
        file_name=attached.name if attached else None,
        file_kind=attached.kind if attached else None,
        file_key=key,
    )
    store.add(session, message, sealed)


def opened(session: ShopSession, vault: Vault, creator_id: int, message_id: int) -> Attachment | None:
    """The file of a message of that creator; None: there is none. Raises Unreadable."""
    found = store.file(session, creator_id, message_id)
    if found is None:
        return None
    message, sealed = found
    if message.file_key is None:
        return None
    content = vault.open(sealed, ShopId(session.shop_id), store.column(message.file_key))
    return Attachment(message.file_name or "file", message.file_kind or "application/octet-stream", content)


def _text(body: str) -> str:
    """Some lines of text. Raises Invalid."""
    plain = words.lines(body, longest=LONGEST)
    if not plain:
        raise Invalid("There is nothing in the message yet.")
    return plain
