"""A shop's erasure leaves no account and no mail; another key opens what the old one sealed; another row opens nothing."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from app.db.locks import NamedLocks
from app.flows.payout_details import opened, opener
from app.flows.rotate_keys import rotate_keys
from app.mail import forget as mails
from app.mail import store as mail_store
from app.mail.render import letter
from app.payouts import details_store, forget
from app.payouts.details import iban
from app.shops.vault import Unreadable, Vault
from app.wiring import Wiring
from tests.conftest import SECRET_KEY
from tests.rooms.payout_scene import Scene, scene
from tests.rooms.test_mails import FACTS

IBAN = "DE89370400440532013000"


@pytest.fixture
def pay(wiring: Wiring) -> Scene:
    built = scene(wiring)
    built.providers.update(wiring.cashier.providers(built.shop_id))
    built.details("mara", iban(IBAN))
    return built


def test_after_an_erasure_no_account_can_be_opened_and_the_books_are_as_before(pay: Scene) -> None:
    pay.owe("theo", 30_00)
    pay.run()
    pay.work()
    pay.wait(timedelta(hours=7))
    pay.work()
    before = pay.balance("theo")
    with pay.session() as session, session.begin():
        mail_store.put(session, [letter("payout_failed", "mara@example.com", "k", FACTS)], pay.now)
        forget.forget_shop(session, pay.shop_id)
        mails.forget_shop(session, pay.shop_id)
    with pay.session() as session:
        held = session.execute(
            text("select count(*) from payout_details where sealed is not null or masked <> 'erased'")
        )
        assert held.scalar_one() == 0
        assert session.execute(text("select count(*) from mails")).scalar_one() == 0
    assert pay.balance("theo") == before
    assert before["paid"] == 30_00


def test_what_was_erased_before_it_was_sent_is_not_paid(pay: Scene) -> None:
    pay.owe("theo", 30_00)
    pay.run()
    with pay.session() as session, session.begin():
        forget.forget_shop(session, pay.shop_id)
    pay.work()
    assert pay.states() == {"theo": "cancelled"}
    assert pay.balance("theo")["payable"] == 30_00


def test_another_key_opens_what_the_old_one_sealed(pay: Scene) -> None:
    newest = Fernet.generate_key().decode()
    both, new = Vault([newest, SECRET_KEY]), Vault([newest])
    locks = NamedLocks(pay.wiring.engine)
    rotate_keys(pay.wiring.shop_session, locks, both, pay.wiring.queue, [pay.shop_id])
    with pay.session() as session:
        found = details_store.newest(session, pay.creator_id("mara"))
    assert found is not None
    assert opened(new, pay.shop_id, found) == iban(IBAN)


def test_details_copied_into_another_row_do_not_open(pay: Scene) -> None:
    pay.owe("theo", 30_00)
    pay.run()
    with pay.session() as session, session.begin():
        session.execute(text(
            "update payout_details d set sealed = (select sealed from payout_details o join creators k on k.id = o.creator_id "
            "where k.handle = 'mara' order by o.id desc limit 1) from creators c where c.id = d.creator_id and c.handle = 'theo'"
        ))  # fmt: skip
    (only,) = pay.payouts()
    with pytest.raises(Unreadable, match="payout_details"):
        opener(pay.wiring.vault)(pay.shop_id, only)
