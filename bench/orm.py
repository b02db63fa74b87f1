"""What the batch path is compared with from above: the same rows, event by event, by mapped classes.

Mapped classes write an entry and its postings one after the other, which our triggers refuse (decision 0042).
A peer that writes so has no such triggers: on its copy of the stage they are dropped, in its favour.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import select

from app.attribution.tables import Conversion
from app.campaigns.tables import Offer
from app.commissions.tables import Credit
from app.creators.tables import Enrollment
from app.db.session import BatchSession
from app.inbox.tables import InboxEvent
from app.kernel.money import times
from app.kernel.period import day_of
from app.ledger.tables import Balance, JournalEntry, Posting
from app.orders.tables import Order
from app.reports.tables import CreatorDay, ShopDay
from app.shopify import payloads
from app.shops.tables import Shop
from app.tracking.model import fold
from app.tracking.tables import Code
from app.wiring import Wiring

RATE = Decimal("0.12")
NO_TRIGGERS = (
    "drop trigger journal_entries_have_postings on journal_entries",
    "drop trigger postings_come_at_once on postings",
)


def play(wiring: Wiring, most: int) -> int:
    """Handle events one by one; how many there were."""
    done = 0
    with wiring.batch_session() as session:
        while done < most and _one(session):
            done += 1
    return done


def _one(session: BatchSession) -> bool:
    with session.begin():
        session.admit(())
        waiting = select(InboxEvent).where(InboxEvent.state == "new").order_by(InboxEvent.id).limit(1)
        event = session.scalars(waiting.with_for_update(skip_locked=True)).one_or_none()
        if event is None:
            return False
        shop = session.scalars(select(Shop).where(Shop.domain == event.shop_domain)).one()
        session.admit([shop.id])
        _order_to_ledger(session, event, shop)
        event.state = "done"
        event.handled_at = datetime.now(UTC)
    session.expunge_all()
    return True


def _order_to_ledger(session: BatchSession, event: InboxEvent, shop: Shop) -> None:
    facts = payloads.order(event.body).order
    code = session.scalars(select(Code).where(Code.folded == fold(facts.discounts[0].value or ""))).one()
    enrollment = session.get_one(Enrollment, (shop.id, code.enrollment_id))
    offer = session.scalars(select(Offer).where(Offer.program_id == enrollment.program_id)).one()
    net = sum(line.price_minor * line.ordered for line in facts.lines)
    day = day_of(facts.placed_at, shop.timezone)
    session.add(
        Order(shop_id=shop.id, id=facts.id, name=facts.name, version=event.body_sha256, placed_at=facts.placed_at,
              placed_on=day, paid_at=facts.updated_at, currency=facts.currency, facts=msgspec.to_builtins(facts),
              event_id=event.id, event_digest=event.body_sha256)
    )  # fmt: skip
    session.flush()
    session.add(
        Conversion(shop_id=shop.id, order_id=facts.id, model="code_then_last_click", flags=[],
                   candidates=[{"code": code.code, "won": True}], decided_at=facts.updated_at)
    )  # fmt: skip
    money = times(net, RATE)
    credit = (
        Credit(shop_id=shop.id, order_id=facts.id, creator_id=enrollment.creator_id, enrollment_id=enrollment.id,
               program_id=enrollment.program_id, offer_id=offer.id, weight=Decimal(1), placed_on=day,
               placed_at=facts.placed_at, currency=facts.currency, gmv_minor=net, net_minor=net, gross_minor=net,
               commission_minor=money, earned_minor=money, placed_commission_minor=money,
               paid_at=facts.updated_at, matures_at=facts.updated_at + timedelta(days=30), matured=False,
               flagged=False, denied=False, flags=[], lines=[])
    )  # fmt: skip
    session.add(credit)
    _post(session, event, credit, money)
    key = (shop.id, enrollment.creator_id, enrollment.program_id, day, facts.currency)
    _add_up(session, session.get(CreatorDay, key) or _cell(session, CreatorDay, key), net, money)
    _add_up(session, session.get(ShopDay, (shop.id, day, facts.currency))
            or _cell(session, ShopDay, (shop.id, day, facts.currency)), net, money)  # fmt: skip


def _post(session: BatchSession, event: InboxEvent, credit: Credit, money: int) -> None:
    shop_id, creator_id, order_id = credit.shop_id, credit.creator_id, credit.order_id
    currency = credit.currency
    entry = JournalEntry(shop_id=shop_id, kind="accrue", effective_at=event.triggered_at,
                         idempotency_key=f"accrue/{order_id}", event_id=event.id)  # fmt: skip
    session.add(entry)
    session.flush()
    session.add(Posting(shop_id=shop_id, entry_id=entry.id, debit="commission_expense", credit="pending",
                        creator_id=creator_id, currency=currency, amount_minor=money, order_id=order_id))  # fmt: skip
    for account, debited, credited in (("commission_expense", money, 0), ("pending", 0, money)):
        held = session.get(Balance, (shop_id, creator_id, currency, account))
        if held is None:
            held = Balance(shop_id=shop_id, creator_id=creator_id, currency=currency, account=account,
                           debit_minor=0, credit_minor=0)  # fmt: skip
            session.add(held)
        held.debit_minor += debited
        held.credit_minor += credited


def _cell(session: BatchSession, kind: type[Any], key: tuple[object, ...]) -> Any:
    names = [column.name for column in kind.__mapper__.primary_key]
    cell = kind(**dict(zip(names, key, strict=True)), orders=Decimal(0), gmv_minor=0, gross_minor=0, net_minor=0,
                commission_minor=0)  # fmt: skip
    session.add(cell)
    return cell


def _add_up(session: BatchSession, cell: CreatorDay | ShopDay, net: int, money: int) -> None:
    cell.orders += 1
    cell.gmv_minor += net
    cell.gross_minor += net
    cell.net_minor += net
    cell.commission_minor += money
    session.flush()
