"""Change how creators apply for a program."""

from datetime import datetime

import msgspec

from app.audit.store import record
from app.campaigns.model import Program
from app.db.session import ShopSession
from app.kernel.change import Change
from app.storefront.signup import Signup
from app.storefront.store import applications


def put_signup(session: ShopSession, program: Program, form: Signup, *, actor: str, now: datetime) -> Change:
    """Let the form be this. Asked twice, nothing happens the second time."""
    if applications.form_of(session, program.id) == form:
        return Change.UNCHANGED
    applications.put_form(session, program.id, form, now)
    facts = msgspec.to_builtins(form)
    record(session, "signup.changed", subject=program.handle, actor=actor, facts=facts, now=now)
    return Change.CHANGED
