"""Tax forms: a creator uploads one, the merchant accepts it or says what is wrong; each step is in the log."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from app.audit import store as audit
from app.creators import store as creators
from app.db.session import ShopSession
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import ShopId
from app.kernel.period import day_of
from app.messages.model import Attachment
from app.payouts import tax_store
from app.payouts.tax import FormStatus, TaxForm, check_dates, expires_on
from app.payouts.tax_store import Form
from app.shops.vault import Vault

_LONGEST = 500


class SaidAlready(Conflict):
    """A form about which the same was said before."""

    def __init__(self, form: Form) -> None:
        super().__init__(
            f"The form is {form.status.value} already. Open the page again to see how it stands."
        )


@dataclass(frozen=True, slots=True)
class Signed:
    """A form as it was sent."""

    kind: TaxForm
    signed_on: date
    file: Attachment


def read(kind: str, signed_on: str, file: Attachment | None) -> Signed:
    """The form as typed. Raises Invalid."""
    if kind not in {known.value for known in TaxForm}:
        raise Invalid("Choose which form it is: W-9, W-8BEN or W-8BEN-E.")
    try:
        day = date.fromisoformat(signed_on.strip())
    except ValueError:
        raise Invalid(f"{signed_on.strip()[:20]!r} is not a day such as 2026-11-21.") from None
    if file is None:
        raise Invalid("Choose the file with the signed form.")
    return Signed(TaxForm(kind), day, file)


def submit(
    session: ShopSession, vault: Vault, handle: str, sent: Signed, *, timezone: str, actor: str, now: datetime
) -> Form:
    """Keep a form for the merchant to look at. The same file again changes nothing while it stands.

    Raises NotFound, BadForm.
    """
    creator = creators.creator(session, handle, lock=True)
    check_dates(sent.kind, sent.signed_on, day_of(now, timezone))
    digest = sha256(sent.file.content).hexdigest()
    for known in tax_store.of_creator(session, creator.id)[:1]:
        same = (known.sha256, known.kind, known.signed_on) == (digest, sent.kind, sent.signed_on)
        if same and known.status is not FormStatus.REJECTED:
            return known
    version = tax_store.next_version(session, creator.id)
    form = Form(
        id=0,
        creator_id=creator.id,
        version=version,
        kind=sent.kind,
        signed_on=sent.signed_on,
        valid_until=expires_on(sent.kind, sent.signed_on),
        file_name=sent.file.name,
        file_kind=sent.file.kind,
        size=len(sent.file.content),
        sha256=digest,
        received_at=now,
        received_by=actor,
    )
    cell = tax_store.column(creator.id, version)
    made = tax_store.add(session, form, vault.seal(sent.file.content, ShopId(session.shop_id), cell))
    audit.record(
        session, "tax_form.received", subject=creator.handle, actor=actor, facts=_facts(made, ""), now=now
    )
    return made


def accept(session: ShopSession, handle: str, form_id: int, *, actor: str, now: datetime) -> None:
    """It covers payouts while it holds. Raises NotFound, SaidAlready."""
    form = _locked(session, handle, form_id, FormStatus.ACCEPTED)
    tax_store.decide(session, form.id, FormStatus.ACCEPTED, None, actor=actor, now=now)
    audit.record(session, "tax_form.accepted", subject=handle, actor=actor, facts=_facts(form, ""), now=now)


def reject(
    session: ShopSession, handle: str, form_id: int, reason: str, *, actor: str, now: datetime
) -> None:
    """It covers nothing, for a reason that the creator reads. Raises NotFound, SaidAlready, Invalid."""
    said = reason.strip()
    if not 0 < len(said) <= _LONGEST:
        raise Invalid(f"Say what is wrong with the form, in 1 to {_LONGEST} letters: the creator reads it.")
    form = _locked(session, handle, form_id, FormStatus.REJECTED)
    tax_store.decide(session, form.id, FormStatus.REJECTED, said, actor=actor, now=now)
    audit.record(session, "tax_form.rejected", subject=handle, actor=actor, facts=_facts(form, said), now=now)


def opened(session: ShopSession, vault: Vault, creator_id: int, form_id: int) -> Attachment:
    """The file of a creator's form. Raises NoSuchForm, Unreadable."""
    form = tax_store.get(session, creator_id, form_id)
    cell = tax_store.column(creator_id, form.version)
    content = vault.open(tax_store.file(session, creator_id, form_id), ShopId(session.shop_id), cell)
    return Attachment(form.file_name, form.file_kind, content)


def _locked(session: ShopSession, handle: str, form_id: int, wanted: FormStatus) -> Form:
    creator = creators.creator(session, handle)
    form = tax_store.get(session, creator.id, form_id, lock=True)
    if form.status is wanted:
        raise SaidAlready(form)
    return form


def _facts(form: Form, reason: str) -> dict[str, object]:
    return {
        "version": form.version,
        "kind": form.kind.value,
        "signed_on": form.signed_on.isoformat(),
        "valid_until": form.valid_until.isoformat() if form.valid_until else None,
        "sha256": form.sha256,
        "reason": reason,
    }
