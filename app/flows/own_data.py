"""Everything that is held about one creator, as one file for themselves."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from app.campaigns import acceptance_store
from app.creators import profile_store
from app.creators.model import Creator
from app.db.session import ShopSession
from app.kernel.period import Period, day_of
from app.messages import store as messages
from app.payouts import details_store, tax_store
from app.payouts.protocol import ASK
from app.reports import own, payouts, statement
from app.reports.people import person
from app.reports.statement import Asked, Moved
from app.shops.model import ShopRecord

PORTION = 1000
BEGINNING = date(2000, 1, 1)


def own_data(session: ShopSession, shop: ShopRecord, creator: Creator, now: datetime) -> Iterator[bytes]:
    """JSON, part by part: however much was earned, little of it is in memory. Amounts: minor units."""
    held = person(session, creator.handle, now)
    parts: dict[str, Any] = {
        "shop": shop.domain,
        "made_at": now,
        "creator": {"handle": creator.handle, "contact": creator.contact, "since": creator.created_at},
        "profile": profile_store.profile(session, creator.id),
        "programs": [place.program_name for place in held.enrollments],
        "codes": [code.code for code in held.codes],
        "links": [{"slug": link.slug, "to": link.to_path, "channel": link.channel} for link in held.links],
        "accepted_terms": {str(n): at for n, at in acceptance_store.accepted(session, creator.id).items()},
        "paid_to": [_version(one) for one in details_store.versions(session, creator.id)],
        "tax_forms": [_form(one) for one in tax_store.of_creator(session, creator.id)],
        "payouts": payouts.of_creator(session, creator.id, ASK, most=None),
        "messages": [_message(one) for one in messages.of_creator(session, creator.id, most=None)],
    }
    yield b"{\n"
    for name, value in parts.items():
        yield f'"{name}": '.encode() + msgspec.json.encode(value) + b",\n"
    yield (
        b'"sales": ['
        + b",\n".join(msgspec.json.encode(sale) for sale in _sales(session, creator.id, now))
        + b"],\n"
    )
    yield b'"movements": ['
    asked = Asked(
        shop.domain, creator.id, creator.handle, Period(BEGINNING, day_of(now, shop.timezone)), shop.timezone
    )
    for number, row in enumerate(one for one in statement.rows(session, asked) if isinstance(one, Moved)):
        yield (b",\n" if number else b"") + msgspec.json.encode(row)
    yield b"]\n}\n"


def _sales(session: ShopSession, creator_id: int, now: datetime) -> Iterator[own.Sale]:
    before, more = None, True
    while more:
        found, more = own.sales(session, creator_id, now=now, before=before, most=PORTION)
        yield from found
        before = (found[-1].placed_on, found[-1].order_id) if found else None


def _version(one: details_store.Version) -> dict[str, Any]:
    return {
        "way": one.way.value,
        "account": one.masked,
        "since": one.added_at,
        "usable_from": one.usable_from,
    }


def _form(one: tax_store.Form) -> dict[str, Any]:
    return {
        "form": one.kind.value,
        "signed_on": one.signed_on,
        "valid_until": one.valid_until,
        "file": one.file_name,
        "received_at": one.received_at,
        "status": one.status.value,
        "reason": one.reason,
    }


def _message(one: Any) -> dict[str, Any]:
    by = "you" if one.is_from_creator else "shop"
    return {"at": one.written_at, "by": by, "text": one.body, "file": one.file_name}
