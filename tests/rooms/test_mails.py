"""Mails are put with what they tell, sent once, tried again, and given up with the server's own words."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.flows.send_mails import HELD, SendMails
from app.identities import store as identities
from app.languages import LANGUAGES
from app.mail import store
from app.mail.model import GIVEN_UP, KEPT, BadAddress, Letter, address
from app.mail.post_office import PostOffice, message
from app.mail.render import letter
from app.wiring import Wiring
from devstore.mailbox import Mailbox
from tests.conftest import NOW
from tests.rooms.payout_scene import Scene, by_paypal, scene

FACTS = {"shop": "lumen.myshopify.com", "name": "Mara <b>Lind</b>", "amount": "50.00 EUR", "way": "PayPal",
         "masked": "m•••@example.com", "reason": "The account is <closed> & gone.", "parts": 3, "reference": None}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Mailbox, str]]:
    made = Mailbox()
    yield made, made.start()
    made.stop()


@pytest.fixture
def box(server: tuple[Mailbox, str]) -> Mailbox:
    server[0].received.clear()
    return server[0]


@pytest.fixture
def office(server: tuple[Mailbox, str]) -> PostOffice:
    return PostOffice(server[1], "tribute@example.com")


@pytest.fixture
def pay(wiring: Wiring) -> Scene:
    return scene(wiring, ["mara"])


def sending(pay: Scene, at: PostOffice | None) -> SendMails:
    return SendMails(
        pay.wiring.batch_session, pay.wiring.shop_session, at, pay.wiring.queue, pay.wiring.clock
    )


def put(pay: Scene, to: str = "mara@example.com", key: str = "k") -> int:
    with pay.session() as session, session.begin():
        return store.put(session, [letter("payout_failed", to, key, FACTS)], pay.now)


def rows(pay: Scene) -> list[tuple[str, str | None]]:
    with pay.session() as session:
        found = session.execute(text("select state, problem from mails order by id"))
        return [(row.state, row.problem) for row in found]


def test_a_mail_is_sent_once_with_both_of_its_bodies(pay: Scene, box: Mailbox, office: PostOffice) -> None:
    assert (put(pay), put(pay)) == (1, 0)
    for _ in range(2):
        sending(pay, office).one_shop(shop_id=pay.shop_id)
    (only,) = box.to("mara@example.com")
    assert only.message["Subject"] == "50.00 EUR from lumen.myshopify.com did not reach you"
    assert "Mara <b>Lind</b>" in only.text
    assert "Mara &lt;b&gt;Lind&lt;/b&gt;" in only.html
    assert "style=" in only.html
    assert rows(pay) == [("sent", None)]


def test_what_is_rolled_back_tells_nobody(pay: Scene, box: Mailbox, office: PostOffice) -> None:
    with pay.session() as session:
        transaction = session.begin()
        store.put(session, [letter("payout_failed", "mara@example.com", "k", FACTS)], pay.now)
        transaction.rollback()
    sending(pay, office).one_shop(shop_id=pay.shop_id)
    assert box.received == []


def test_what_the_server_refuses_for_ever_is_given_up_with_its_words(
    pay: Scene, box: Mailbox, office: PostOffice
) -> None:
    put(pay, "nobody@example.com", "a")
    put(pay, "mara@example.com", "b")
    sending(pay, office).one_shop(shop_id=pay.shop_id)
    (first, second) = rows(pay)
    assert first[0] == "failed"
    assert "550" in (first[1] or "")
    assert "Nobody of that name" in (first[1] or "")
    assert second == ("sent", None)


def test_while_the_server_is_away_mails_wait_and_are_given_up_after_three_days(
    pay: Scene, box: Mailbox
) -> None:
    away = PostOffice("smtp://127.0.0.1:1", "tribute@example.com")
    put(pay)
    sending(pay, away).one_shop(shop_id=pay.shop_id)
    assert rows(pay)[0][0] == "queued"
    assert "cannot be used" in (rows(pay)[0][1] or "")
    pay.wait(GIVEN_UP)
    sending(pay, away).one_shop(shop_id=pay.shop_id)
    assert rows(pay)[0][0] == "failed"


def test_a_worker_that_died_leaves_its_mails_to_the_next_with_one_number(
    pay: Scene, box: Mailbox, office: PostOffice
) -> None:
    put(pay)
    with pay.session() as session, session.begin():
        (taken,) = store.claim(session, pay.now + HELD, pay.now, 9)
    with office.opened() as counter:
        counter.hand_in(taken.letter, "Lumen", pay.now)
    sending(pay, office).one_shop(shop_id=pay.shop_id)
    assert len(box.received) == 1
    pay.wait(HELD)
    sending(pay, office).one_shop(shop_id=pay.shop_id)
    assert len({one.message["Message-ID"] for one in box.received}) == 1
    assert rows(pay) == [("sent", None)]


def test_without_a_mail_server_mails_wait(pay: Scene) -> None:
    put(pay)
    sending(pay, None).every_shop()
    sending(pay, None).one_shop(shop_id=pay.shop_id)
    assert rows(pay) == [("queued", None)]


def test_old_mails_go(pay: Scene, box: Mailbox, office: PostOffice) -> None:
    put(pay)
    sending(pay, office).one_shop(shop_id=pay.shop_id)
    pay.wait(KEPT + timedelta(days=1))
    sending(pay, office).every_shop()
    assert rows(pay) == []


@pytest.mark.parametrize(
    "typed", ["", "x", "a@b", "a@b.c\r\nBcc: x@y.zz", "a b@c.de", "a@b.de, c@d.ef", "é" * 300 + "@a.de"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress):
        address(typed)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_name_begins_another_header(name: str, subject: str) -> None:
    plain = Letter("x", "mara@example.com", "k", " ".join(subject.split()), "t", "<p>t</p>")
    made = message(plain, "tribute@example.com", " ".join(name.split()), NOW)
    assert set(made.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert made["To"] == "mara@example.com"


def test_creators_hear_of_payouts_that_end_and_of_changed_details(
    pay: Scene, box: Mailbox, office: PostOffice
) -> None:
    with pay.session() as session, session.begin():
        session.execute(text("update creators set email = 'mara@example.com'"))
    pay.details("mara", by_paypal("mara"))
    pay.owe("mara", 30_00)
    pay.run()
    pay.work()
    pay.wait(timedelta(hours=7))
    pay.work(2)
    sending(pay, office).one_shop(shop_id=pay.shop_id)
    assert [one.message["Subject"] for one in reversed(box.to("mara@example.com"))] == [
        "Where lumen.myshopify.com pays you was changed", "lumen.myshopify.com paid you 30.00 EUR",
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["sign_in", "payout_paid", "payout_failed", "payout_details"])
def test_every_mail_is_written_in_every_language_whatever_people_are_called(kind: str, language: str) -> None:
    facts = FACTS | {"address": "https://x/portal/enter/1", "minutes": 15, "changed_on": "1", "usable_from": "2",
                     "before": "a", "after": "b"}  # fmt: skip
    made = letter(kind, "mara@example.com", "key", facts, language=language)
    assert "Mara <b>" not in made.html
    assert f'lang="{language}"' in made.html
    assert ('dir="rtl"' in made.html) == (language == "ar")
    assert "%(" not in made.subject + made.text + made.html
    english = letter(kind, "mara@example.com", "key", facts)
    assert (made.subject == english.subject) == (language == "en")


def test_creators_are_written_to_in_the_language_that_they_chose(
    pay: Scene, box: Mailbox, office: PostOffice
) -> None:
    with pay.session() as session, session.begin():
        session.execute(text("update creators set email = 'mara@example.com'"))
    with pay.wiring.platform_session() as platform, platform.begin():
        mara = identities.known(platform, "mara@example.com", [], NOW)
        identities.put_language(platform, mara.id, "de")
    pay.details("mara", by_paypal("mara"))
    sending(pay, office).one_shop(shop_id=pay.shop_id)
    (only,) = box.to("mara@example.com")
    assert only.message["Subject"] == "Wohin lumen.myshopify.com dich bezahlt, wurde geändert"
