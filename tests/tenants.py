"""Shops and sellers for tests of the verbs: made by the verbs themselves."""

from datetime import UTC, datetime
from decimal import Decimal

from app.campaigns.model import Discount, OfferTerms, Program, ProgramDraft, RuleSpec
from app.campaigns.put_program import put
from app.creators.enroll import enroll
from app.creators.invite import invite
from app.creators.model import Contact, Creator, Enrollment
from app.db.session import ShopSession
from app.kernel.ids import ShopId
from app.shops.tables import Shop
from app.wiring import Wiring

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def a_shop(
    wiring: Wiring, domain: str = "one.myshopify.com", *, timezone: str = "Europe/Amsterdam"
) -> ShopId:
    with wiring.platform_session() as session, session.begin():
        shop = Shop(
            domain=domain,
            status="installed",
            name=domain,
            currency="EUR",
            timezone=timezone,
            installed_at=NEW_YEAR,
        )
        session.add(shop)
        session.flush()
        return ShopId(shop.id)


def terms(rate: str = "0.12", *, percent: str = "10", hold_days: int = 30) -> OfferTerms:
    rule = RuleSpec("percent", {"rate": rate})
    return OfferTerms(hold_days, Discount.of_percent(Decimal(percent)), (rule,))


def a_program(session: ShopSession, handle: str = "main") -> Program:
    draft = ProgramDraft(handle=handle, name=handle.title(), window_days=30, hold_days=30)
    return put(session, draft, actor="cli", now=NOW)[0]


def digest(email: str) -> bytes:
    """Stands in for the shop's keyed pseudonym."""
    return email.casefold().encode()


def a_creator(session: ShopSession, handle: str = "mara", email: str | None = "mara@example.com") -> Creator:
    contact = Contact(handle.title(), email, {})
    return invite(session, handle, contact, pseudonym=digest, actor="cli", now=NOW)


def enrolled(session: ShopSession, creator: Creator, program: Program) -> Enrollment:
    enrollment, _ = enroll(
        session, creator, program_id=program.id, program=program.handle, actor="cli", now=NOW
    )
    return enrollment
