"""The shops that a person is a creator of, as their pages list them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

from app.creators import store as creators
from app.identities.model import PortalSession
from app.kernel.ids import ShopId
from app.shops import store as shops
from app.shops.model import ShopRecord
from app.web.portal.visit import OPEN, place

if TYPE_CHECKING:
    from app.flows.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class Place:
    """One creator of one shop."""

    shop: ShopRecord
    handle: str
    path: str


def places(signed: PortalSession) -> list[Place]:
    """Those that still hold, by the name of the shop; two statements for each shop."""
    flow = cast("SignIn", current_app.extensions["tribute.sign_in"])
    wanted = sorted({m.shop_id for m in signed.memberships})
    with flow.open_platform() as session, session.begin():
        records = [record for shop in wanted if (record := shops.find(session, ShopId(shop))) is not None]
    found = []
    for record in [record for record in records if record.status in OPEN]:
        ids = {m.creator_id for m in signed.memberships if m.shop_id == record.id}
        with flow.open_session(record.id) as own, own.begin():
            theirs = creators.with_email(own, signed.identity.email)
        found += [
            Place(record, handle, place(record, handle)) for _, number, handle in theirs if number in ids
        ]
    return sorted(found, key=lambda p: (p.shop.name.lower(), p.shop.domain, p.handle))
