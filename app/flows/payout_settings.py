"""What a merchant decides about payouts besides a run: the calendar and the rules, who is paused, who pays."""

from collections.abc import Mapping
from datetime import datetime

from app.audit import store as audit
from app.creators import store as creators
from app.db.session import ShopSession
from app.flows.cashier import Cashier
from app.kernel.errors import Invalid
from app.payouts import provider_store, run_store
from app.payouts.bank.payers import Payers
from app.payouts.settings import Settings

_LONGEST = 500


def put_settings(session: ShopSession, wanted: Settings, *, actor: str, now: datetime) -> bool:
    """These hold from now on; False when they did before."""
    if run_store.settings(session) == wanted:
        return False
    run_store.put_settings(session, wanted, now)
    facts = {
        "cadence": wanted.cadence.value,
        "is_automatic": wanted.is_automatic,
        "minimum": wanted.minimum,
        "second_approver_from": wanted.second_approver_from,
        "tax_form_demanded": wanted.tax_form_demanded,
        "blocked_countries": sorted(wanted.blocked_countries),
        "mails": wanted.mail_to is not None,
        "takes_requests": wanted.takes_requests,
    }
    audit.record(session, "payout.settings_changed", subject="payouts", actor=actor, facts=facts, now=now)
    return True


def pause(session: ShopSession, handle: str, reason: str, *, actor: str, now: datetime) -> None:
    """Pay this creator nothing until that is taken back. Raises NotFound, Invalid without a reason."""
    said = reason.strip()
    if not 0 < len(said) <= _LONGEST:
        raise Invalid(f"Say why, in 1 to {_LONGEST} letters: whoever looks at a run reads it.")
    creator = creators.creator(session, handle)
    run_store.pause(session, creator.id, said, actor, now)
    audit.record(session, "payout.paused", subject=handle, actor=actor, facts={"reason": said}, now=now)


def resume(session: ShopSession, handle: str, *, actor: str, now: datetime) -> None:
    """Pay this creator again. Raises NotFound."""
    creator = creators.creator(session, handle)
    run_store.resume(session, creator.id)
    audit.record(session, "payout.resumed", subject=handle, actor=actor, facts={"reason": ""}, now=now)


def connect_bank(
    session: ShopSession, cashier: Cashier, payers: Payers, *, actor: str, now: datetime
) -> None:
    """Keep what bank files need. Raises Invalid."""
    shown = cashier.put_payers(session, payers, actor=actor, now=now)
    _connected(session, "bank_file", shown, actor, now)


def connect(
    session: ShopSession,
    cashier: Cashier,
    provider: str,
    secret: bytes,
    shown: Mapping[str, object],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Keep the keys of a provider, sealed."""
    cashier.put(session, provider, secret, shown, actor=actor, now=now)
    _connected(session, provider, shown, actor, now)


def disconnect(session: ShopSession, provider: str, *, actor: str, now: datetime) -> None:
    """Forget the keys of a provider. What is under way with it can be asked about once it is connected again."""
    provider_store.remove(session, provider)
    audit.record(session, "provider.disconnected", subject=provider, actor=actor, facts={}, now=now)


def _connected(
    session: ShopSession, provider: str, shown: Mapping[str, object], actor: str, now: datetime
) -> None:
    audit.record(session, "provider.connected", subject=provider, actor=actor, facts=dict(shown), now=now)
