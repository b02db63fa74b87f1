"""An application is accepted, and then there is a creator; or it is declined, and then nothing of it stays."""

from datetime import datetime

from app.audit.store import record
from app.campaigns.crediting import CreditPolicy
from app.creators.model import Contact, Creator
from app.db.session import ShopSession
from app.flows.desk import Desk
from app.flows.keep_creators import Newcomer, take_in
from app.storefront.signup import Application
from app.storefront.store import applications


def newcomer(sent: Application, program: str, handle: str, code: str = "") -> Newcomer:
    """The creator that the applicant would be."""
    about = {"links": sent.channels.replace("\n", " "), "country": sent.country, **sent.answers}
    told = {name: text for name, text in about.items() if text}
    return Newcomer(handle, Contact(sent.name, sent.email, told), program, code, CreditPolicy.ALWAYS)


def accept(
    session: ShopSession, desk: Desk, number: int, *, handle: str, code: str, actor: str, now: datetime
) -> Creator:
    """Take the applicant in, with that handle and code. Raises NotFound and what take_in raises."""
    waiting = applications.one(session, number)
    creator = take_in(
        session, desk, newcomer(waiting.sent, waiting.program, handle, code), actor=actor, now=now
    )
    applications.drop(session, number)
    facts = {"program": waiting.program, "application": number, "applied_at": waiting.applied_at.isoformat()}
    record(session, "application.accepted", subject=handle, actor=actor, facts=facts, now=now)
    return creator


def decline(session: ShopSession, number: int, *, actor: str, now: datetime) -> None:
    """Forget the applicant; the log keeps that somebody was declined, not who. Raises NotFound."""
    waiting = applications.one(session, number)
    applications.drop(session, number)
    facts = {"program": waiting.program, "applied_at": waiting.applied_at.isoformat()}
    record(session, "application.declined", subject=str(number), actor=actor, facts=facts, now=now)
