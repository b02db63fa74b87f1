"""What Shopify asked for on behalf of a customer or a former merchant, and when it was done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import null, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.session import Fenced, ShopSession
from app.kernel.errors import NotFound
from app.kernel.ids import ShopId
from app.shops.tables import PrivacyRequest


@dataclass(frozen=True)
class Asked:
    """One privacy request."""

    id: int
    kind: str
    """customers/data_request, customers/redact or shop/redact."""
    received_at: datetime
    done_at: datetime | None
    has_answer: bool
    """Whether there is a file for the merchant to download."""


class NoSuchAnswer(NotFound):
    """A file was asked for that this shop does not have."""

    def __init__(self, request_id: int) -> None:
        super().__init__(f"There is no file for privacy request {request_id}.")


def open_privacy_request(
    session: Fenced, shop_id: ShopId, *, kind: str, request_key: str, received_at: datetime
) -> bool:
    """Write down that Shopify asked. False when the same was asked before."""
    added = session.scalar(
        insert(PrivacyRequest)
        .values(shop_id=shop_id, kind=kind, request_key=request_key, received_at=received_at)
        .on_conflict_do_nothing(index_elements=["shop_id", "kind", "request_key"])
        .returning(PrivacyRequest.id)
    )
    return added is not None


def close_privacy_request(
    session: Fenced,
    shop_id: ShopId,
    *,
    kind: str,
    request_key: str,
    done_at: datetime,
    answer: dict[str, Any] | None = None,
) -> None:
    """Write down that it was done, with the file for the merchant where there is one."""
    session.execute(
        update(PrivacyRequest)
        .where(
            PrivacyRequest.shop_id == shop_id,
            PrivacyRequest.kind == kind,
            PrivacyRequest.request_key == request_key,
        )
        .values(done_at=done_at, answer=null() if answer is None else answer)
    )


def drop_answers_about(session: Fenced, shop_id: ShopId, customer_id: str) -> None:
    """Destroy the files about this customer; that they were asked for and made stays."""
    row = PrivacyRequest
    session.execute(
        update(row)
        .where(row.shop_id == shop_id, row.answer["about"]["customer_id"].astext == customer_id)
        .values(answer=null()),
        execution_options={"synchronize_session": False},
    )


def drop_answers(session: Fenced, shop_id: ShopId) -> None:
    """Destroy all files of the shop."""
    row = PrivacyRequest
    session.execute(
        update(row).where(row.shop_id == shop_id).values(answer=null()),
        execution_options={"synchronize_session": False},
    )


def privacy_requests(session: ShopSession, *, limit: int = 100) -> list[Asked]:
    """What was asked about this shop's customers, newest first."""
    row = PrivacyRequest
    query = select(row.id, row.kind, row.received_at, row.done_at, row.answer.is_not(None)).where(
        row.shop_id == session.shop_id
    )
    return [Asked(*found) for found in session.execute(query.order_by(row.id.desc()).limit(limit))]


def privacy_answer(session: ShopSession, request_id: int) -> dict[str, Any]:
    """The file for the merchant. Raises NoSuchAnswer."""
    row = PrivacyRequest
    found: dict[str, Any] | None = session.scalar(
        select(row.answer).where(row.shop_id == session.shop_id, row.id == request_id)
    )
    if found is None:
        raise NoSuchAnswer(request_id)
    return found
