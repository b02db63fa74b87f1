"""Who needs a tax form is paid once one was accepted, while it holds; files are sealed, kept, and forgotten."""

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from app.audit import store as audit
from app.db.locks import NamedLocks
from app.flows import payout_run, tax_forms
from app.flows.payout_settings import put_settings
from app.flows.rotate_keys import rotate_keys
from app.flows.tax_forms import SaidAlready, Signed
from app.kernel.errors import Invalid
from app.messages.model import attachment
from app.payouts import forget, run_store, tax_store
from app.payouts.due import Why
from app.payouts.settings import Settings
from app.payouts.tax import BadForm, TaxForm
from app.payouts.tax_store import Form, NoSuchForm
from app.shops.vault import Unreadable, Vault
from app.wiring import Wiring
from tests.conftest import SECRET_KEY
from tests.rooms.payout_scene import READY, Scene, scene

ZONE = "Europe/Amsterdam"
FILE = b"%PDF-1.7 a signed form"


@pytest.fixture
def pay(wiring: Wiring) -> Scene:
    built = scene(wiring)
    built.owe("mara", 30_00)
    with built.session() as session, session.begin():
        put_settings(session, Settings(tax_form_demanded=True), actor="Ida", now=built.now)
    return built


def submit(pay: Scene, kind: TaxForm, signed_on: date, handle: str = "mara", content: bytes = FILE) -> Form:
    signed = Signed(kind, signed_on, attachment("w8.pdf", content))
    with pay.session() as session, session.begin():
        return tax_forms.submit(
            session, pay.wiring.vault, handle, signed, timezone=ZONE, actor=f"creator:{handle}", now=pay.now
        )


def accept(pay: Scene, form: Form) -> None:
    with pay.session() as session, session.begin():
        tax_forms.accept(session, "mara", form.id, actor="Ida", now=pay.now)


def reject(pay: Scene, form: Form, reason: str) -> None:
    with pay.session() as session, session.begin():
        tax_forms.reject(session, "mara", form.id, reason, actor="Ida", now=pay.now)


def why(pay: Scene) -> list[Why]:
    run = pay.plan()
    with pay.session() as session:
        plan = payout_run.preview(session, run_store.get(session, run), READY, pay.now)
    assert len(plan.paid) + len(plan.excluded) == 1
    return [one.why for one in plan.excluded]


def test_nobody_is_paid_before_a_form_was_accepted(pay: Scene) -> None:
    assert why(pay) == [Why.NO_TAX_FORM]
    form = submit(pay, TaxForm.W9, pay.now.date())
    assert why(pay) == [Why.NO_TAX_FORM]
    reject(pay, form, "The signature is missing.")
    assert why(pay) == [Why.NO_TAX_FORM]
    accept(pay, form)
    assert why(pay) == []
    assert [held.handle for held in pay.run().paid] == ["mara"]


def test_a_form_of_somebody_else_covers_nobody(pay: Scene) -> None:
    other = submit(pay, TaxForm.W9, pay.now.date(), "theo")
    with pay.session() as session, session.begin(), pytest.raises(NoSuchForm):
        tax_forms.accept(session, "mara", other.id, actor="Ida", now=pay.now)
    assert why(pay) == [Why.NO_TAX_FORM]


def test_a_w8_covers_payments_until_the_last_day_of_its_third_year_in_the_time_of_the_shop(
    pay: Scene,
) -> None:
    year = pay.now.year
    accept(pay, submit(pay, TaxForm.W8BEN, pay.now.date()))
    with pay.session() as session:
        zone = session.execute(
            text("select timezone from shops where id = :s"), {"s": pay.shop_id}
        ).scalar_one()
    assert zone == ZONE
    # The shop's year ends an hour before that of UTC.
    pay.wiring.clock.at = datetime(year + 3, 12, 31, 22, 59, tzinfo=UTC)  # type: ignore[attr-defined]
    assert why(pay) == []
    pay.wait(timedelta(minutes=2))
    assert why(pay) == [Why.NO_TAX_FORM]


def test_the_newest_accepted_form_decides_and_a_rejected_one_changes_nothing(pay: Scene) -> None:
    today = pay.now.date()
    accept(pay, submit(pay, TaxForm.W9, today, content=b"%PDF-1"))
    reject(pay, submit(pay, TaxForm.W8BEN, today, content=b"%PDF-2"), "Two pages are missing.")
    assert why(pay) == []
    newest = submit(pay, TaxForm.W8BEN, today, content=b"%PDF-3")
    accept(pay, newest)
    reject(pay, newest, "It was another person's.")
    assert why(pay) == []


def test_without_the_demand_nobody_needs_one(pay: Scene) -> None:
    with pay.session() as session, session.begin():
        put_settings(session, Settings(), actor="Ida", now=pay.now)
    assert why(pay) == []


def test_forms_that_cannot_cover_a_payment_are_refused(pay: Scene) -> None:
    today = pay.now.date()
    with pytest.raises(BadForm, match="still to come"):
        submit(pay, TaxForm.W9, today + timedelta(days=2))
    with pytest.raises(BadForm, match=f"held until {today.year - 1}-12-31"):
        submit(pay, TaxForm.W8BEN, date(today.year - 4, 12, 31))
    with pytest.raises(BadForm, match="too long ago"):
        submit(pay, TaxForm.W9, date(1, 1, 1))


def test_the_same_file_again_is_the_same_form_until_it_was_rejected(pay: Scene) -> None:
    first = submit(pay, TaxForm.W9, pay.now.date())
    assert submit(pay, TaxForm.W9, pay.now.date()).id == first.id
    reject(pay, first, "Unreadable.")
    again = submit(pay, TaxForm.W9, pay.now.date())
    assert (first.version, again.version) == (1, 2)


def test_what_was_said_is_said_once_with_a_reason_and_logged(pay: Scene) -> None:
    form = submit(pay, TaxForm.W9, pay.now.date())
    with pytest.raises(Invalid, match="what is wrong"):
        reject(pay, form, "  ")
    accept(pay, form)
    with pytest.raises(SaidAlready):
        accept(pay, form)
    with pay.session() as session:
        logged = [d for d in audit.decisions(session) if d.kind.startswith("tax_form.")]
    assert [(d.kind, d.subject, d.actor) for d in logged] == [
        ("tax_form.received", "mara", "creator:mara"), ("tax_form.accepted", "mara", "Ida"),
    ]  # fmt: skip
    assert logged[0].facts["sha256"] == form.sha256


def test_the_file_is_sealed_for_its_row_and_another_key_opens_it_after_a_rotation(pay: Scene) -> None:
    form, other = submit(pay, TaxForm.W9, pay.now.date()), submit(pay, TaxForm.W9, pay.now.date(), "theo")
    newest = Fernet.generate_key().decode()
    both, new = Vault([newest, SECRET_KEY]), Vault([newest])
    rotate_keys(pay.wiring.shop_session, NamedLocks(pay.wiring.engine), both, pay.wiring.queue, [pay.shop_id])
    with pay.session() as session:
        assert FILE not in tax_store.file(session, form.creator_id, form.id)
        assert tax_forms.opened(session, new, form.creator_id, form.id).content == FILE
    with pay.session() as session, session.begin():
        session.execute(text("update tax_forms set sealed = (select sealed from tax_forms where id = :b) where id = :a"),
                        {"a": form.id, "b": other.id})  # fmt: skip
    with pay.session() as session, pytest.raises(Unreadable):
        tax_forms.opened(session, new, form.creator_id, form.id)


def test_erasing_a_creator_or_the_shop_leaves_no_form(pay: Scene) -> None:
    mine = submit(pay, TaxForm.W9, pay.now.date())
    theirs = submit(pay, TaxForm.W9, pay.now.date(), "theo")
    with pay.session() as session, session.begin():
        forget.forget_creator(session, mine.creator_id)
        assert tax_store.of_creator(session, mine.creator_id) == []
        assert [one.id for one in tax_store.of_creator(session, theirs.creator_id)] == [theirs.id]
        forget.forget_shop(session, pay.shop_id)
        assert tax_store.all_sealed(session) == []
