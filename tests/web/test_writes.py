"""What a merchant changes by the pages: each write, its undoing, and what is said when it is refused."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.wiring import Wiring
from tests.web.polaris_check import errors_of
from tests.web.shop import Shop

NEWCOMER = {
    "name": "Zoë Ström",
    "email": "zoe@example.com",
    "program": "main",
    "code": "ZOE10",
    "tiktok": "zoe.s",
}


def test_a_new_creator_has_a_page_with_their_code(merchant: FlaskClient, world: Shop) -> None:
    answer = merchant.post("/creators", data=NEWCOMER)
    assert (answer.status_code, answer.location) == (303, "/creators/zoe-strom?done=added")
    page = merchant.get(answer.location).text
    assert 'data-toast="Added"' in page
    assert "ZOE10" in page
    assert "zoe@example.com" in page


def test_a_refused_creator_is_explained_field_by_field_and_keeps_what_was_typed(
    merchant: FlaskClient, world: Shop
) -> None:
    before = world.everything()
    answer = merchant.post("/creators", data={**NEWCOMER, "email": "zoe", "code": "two words"})
    assert answer.status_code == 422
    assert "is not an e-mail address" in answer.text
    assert "cannot be a discount code" in answer.text
    assert 'value="Zoë Ström"' in answer.text
    assert errors_of(answer.text) == []
    assert world.everything() == before


def test_a_code_of_somebody_else_is_refused_and_nothing_of_the_creator_stays(
    merchant: FlaskClient, world: Shop
) -> None:
    before = world.everything()
    answer = merchant.post("/creators", data={**NEWCOMER, "code": "mara10"})
    assert answer.status_code == 422
    assert "already belongs to" in answer.text
    assert world.everything() == before


def test_a_handle_that_is_taken_is_told_beside_the_handle(merchant: FlaskClient, world: Shop) -> None:
    answer = merchant.post("/creators", data={**NEWCOMER, "handle": "mara"})
    assert answer.status_code == 422
    assert "already a creator" in answer.text


def test_a_name_without_latin_letters_is_told_that_it_gives_no_handle(
    merchant: FlaskClient, world: Shop
) -> None:
    for path in ("/creators", "/programs"):
        assert "No handle can be made of this name" in merchant.post(path, data={"name": "نور"}).text
        nameless = merchant.post(path, data={"name": " "}).text
        assert "It is empty" in nameless
        assert "is not a handle" not in nameless


def test_a_code_that_they_have_already_is_not_said_to_be_added(merchant: FlaskClient, world: Shop) -> None:
    answer = merchant.post("/creators/mara/codes", data={"program": "main", "code": "mara10"})
    assert answer.status_code == 422
    assert "They have this code already" in answer.text


def test_a_pause_is_undone_by_deleting_it(merchant: FlaskClient, world: Shop) -> None:
    path = "/creators/mara/enrollments/main/pause"
    assert merchant.post(path).status_code == 303
    assert "Paused" in merchant.get("/creators?q=mara").text
    assert merchant.delete(path).status_code == 303
    assert "Active" in merchant.get("/creators?q=mara").text


def test_a_move_that_cannot_be_is_told_beside_its_day_and_nothing_happens(
    merchant: FlaskClient, world: Shop
) -> None:
    merchant.post(
        "/programs",
        data={"name": "Gold", "window_days": "30", "hold_days": "30", "rate": "20", "discount": "10"},
    )
    before = world.everything()
    path = "/creators/mara/enrollments/main/move"
    for day, told in (("soon", "is not a day such as"), ("1999-01-01", "no day that orders are placed on")):
        answer = merchant.post(path, data={"program": "gold", "day": day})
        assert answer.status_code == 422
        assert told in answer.text
        assert errors_of(answer.text) == []
    assert world.everything() == before
    assert merchant.post(path, data={"program": "gold", "day": "2030-01-01"}).status_code == 303
    assert "Moves to <bdi>Gold</bdi>" in merchant.get("/creators/mara").text


def test_an_archived_creator_leaves_the_list_of_the_active_and_comes_back(
    merchant: FlaskClient, world: Shop
) -> None:
    merchant.post("/creators/mara/archival")
    assert "Mara" in merchant.get("/creators?status=archived").text
    merchant.delete("/creators/mara/archival")
    assert "Mara" not in merchant.get("/creators?status=archived").text


def test_the_word_for_creators_is_the_merchants_own(merchant: FlaskClient, world: Shop) -> None:
    merchant.post("/settings/word", data={"creator_word": "influencer"})
    assert "Add an influencer" not in merchant.get("/").text
    assert ">Influencers</s-link>" in merchant.get("/").text
    assert merchant.post("/settings/word", data={"creator_word": "<b>"}).status_code == 422


def test_the_days_that_visits_are_kept_are_the_merchants_choice(merchant: FlaskClient, world: Shop) -> None:
    assert merchant.post("/settings/visits", data={"visit_days": "29"}).status_code == 422
    assert merchant.post("/settings/visits", data={"visit_days": "30"}).status_code == 303
    page = merchant.get("/settings").text
    assert 'name="visit_days" suffix="days" min="30" max="425" value="30"' in page
    assert "kept that long" not in page
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text("update programs set window_days = 90 where handle = 'main'"))
    assert "counts visits for 90 days, so they are kept that long" in merchant.get("/settings").text


def test_a_parked_event_goes_back_to_the_worker(merchant: FlaskClient, world: Shop, wiring: Wiring) -> None:
    with wiring.platform_session() as session:
        parked = session.execute(text("select id from inbox where state = 'parked'")).scalar_one()
    assert "is not a readable order" in merchant.get("/health").text
    assert merchant.post(f"/health/events/{parked}/retry").status_code == 303
    assert "Nothing is parked" in merchant.get("/health").text
    assert merchant.post(f"/health/events/{parked}/retry").status_code == 404


def test_the_guide_leads_to_the_embed_until_it_told_of_a_visit(merchant: FlaskClient, world: Shop) -> None:
    there = "/admin/themes/current/editor?context=apps&amp;template=index&amp;activateAppId="
    assert there in merchant.get("/").text
    assert "It has told of no visit yet" in merchant.get("/settings").text
    world.run("""update shops set setup = setup || '{"embed_seen": "2026-11-20"}' where id = :shop""")
    assert there not in merchant.get("/").text
    assert "It last told of a visit on" in merchant.get("/settings").text
    assert there in merchant.get("/settings").text


def test_settings_lead_to_the_editor_with_each_block_in_its_place(merchant: FlaskClient, world: Shop) -> None:
    page = merchant.get("/settings").text
    assert re.findall(
        r"editor\?template=page&amp;addAppBlockId=[^/]+/([a-z-]+)&amp;target=newAppsSection", page
    ) == [
        "creator-landing",
        "creator-signup",
    ]
    assert re.findall(r"activateAppId=[^/]+/([a-z-]+)", page) == ["tribute-embed", "creator-banner"]


def test_a_dismissed_step_of_the_guide_stays_away(merchant: FlaskClient, world: Shop) -> None:
    assert "Let the tracking pixel start" in merchant.get("/").text
    merchant.post("/setup/pixel/dismissal")
    assert "Let the tracking pixel start" not in merchant.get("/").text
    assert merchant.post("/setup/nothing/dismissal").status_code == 404


def test_every_decision_is_in_the_log_with_who_made_it(merchant: FlaskClient, world: Shop) -> None:
    merchant.post("/creators", data=NEWCOMER)
    log = " ".join(world.everything()["decisions"])
    assert "creator.invited" in log
    assert ",42," in log


def test_when_a_code_counts_is_chosen_beside_it_and_kept_with_its_time(
    merchant: FlaskClient, world: Shop
) -> None:
    chosen = {"code": "MARA10", "credit": "only_with_click"}
    assert merchant.post("/creators/mara/codes/credit", data=chosen).status_code == 303
    page = merchant.get("/creators/mara").text
    assert "Counts: only with a click" in page
    assert "through one of their links" in page
    assert _facts(world, "code.credit_policy") == [
        '{"from": "2026-11-22T12:00:00+00:00", "credit": "only_with_click"}'
    ]
    refused = merchant.post("/creators/mara/codes/credit", data={**chosen, "credit": "sometimes"})
    assert refused.status_code == 422
    assert "is none of the choices for when a code counts" in refused.text
    assert merchant.post("/creators/mara/codes/credit", data={**chosen, "code": "NONE"}).status_code == 404


def test_a_newcomers_code_counts_as_was_chosen_from_the_beginning(merchant: FlaskClient, world: Shop) -> None:
    merchant.post("/creators", data={**NEWCOMER, "credit": "only_if_winner"})
    assert "Counts: only if credited anyway" in merchant.get("/creators/zoe-strom").text
    assert _facts(world, "code.credit_policy") == ['{"from": null, "credit": "only_if_winner"}']
    refused = merchant.post("/creators", data={**NEWCOMER, "credit": "<b>"})
    assert refused.status_code == 422
    assert errors_of(refused.text) == []


def test_a_creators_own_customer_record_is_kept_as_a_digest_and_taken_away(
    merchant: FlaskClient, world: Shop
) -> None:
    path = "/creators/mara/customer"
    assert merchant.post(path, data={"customer": "7321459012"}).status_code == 303
    page = merchant.get("/creators/mara").text
    assert "<dt>Customer</dt><dd>Known</dd>" in page
    assert "7321459012" not in page + " ".join(world.everything()["decisions"])
    refused = merchant.post(path, data={"customer": "Mara"})
    assert refused.status_code == 422
    assert "is no customer" in refused.text.partition('id="customer-error"')[2]
    assert merchant.delete(path).status_code == 303
    assert "<dt>Customer</dt><dd>Not known</dd>" in merchant.get("/creators/mara").text


def test_name_and_e_mail_are_changed_and_channels_stay(merchant: FlaskClient, world: Shop) -> None:
    new = {"name": "Mara Lind", "email": "lind@example.com"}
    assert merchant.post("/creators/mara/contact", data=new).status_code == 303
    page = merchant.get("/creators/mara").text
    assert "lind@example.com" in page
    assert "maralindqvist" in page
    refused = merchant.post("/creators/mara/contact", data={**new, "email": "lind"})
    assert refused.status_code == 422
    assert "is not an e-mail address" in refused.text.partition('id="email-error"')[2]


def test_a_creators_page_shows_the_newest_awards_and_leads_to_all(merchant: FlaskClient, world: Shop) -> None:
    given = {"kind": "bonus", "program": "main", "amount": "25", "hold_days": "0"}
    for n in range(4):
        merchant.post("/creators/mara/awards", data={**given, "reason": f"Reason {n}", "once": f"o{n}"})
    card = merchant.get("/creators/mara").text.partition('id="awards"')[2].partition("</section>")[0]
    assert card.count("Reason ") == 3
    assert '<a class="push" href="/creators/mara/awards">All</a>' in card


@pytest.mark.parametrize(
    ("scope", "says"),
    [
        ("read_shopify_payments_disputes", "waits until the bank has decided"),
        ("read_customers", "tells us when a customer account is opened"),
    ],
)
def test_settings_ask_for_leave_to_hear_of_more_until_it_is_given(
    merchant: FlaskClient, world: Shop, scope: str, says: str
) -> None:
    assert f'data-scope="{scope}"' in merchant.get("/settings").text
    world.run("update shops set scopes = 'read_orders,' || :scope where id = :shop", scope=scope)
    page = merchant.get("/settings").text
    assert f'data-scope="{scope}"' not in page
    assert says in page


def _facts(world: Shop, kind: str) -> list[str]:
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.execute(
            text("select cast(facts as text) from decisions where kind = :kind"), {"kind": kind}
        )
        return list(rows.scalars())


def test_a_code_that_shopify_refused_cannot_be_copied(merchant: FlaskClient, world: Shop) -> None:
    assert 'data-copy="MARA10"' in merchant.get("/creators/mara").text
    assert 'data-copy="ELLA10"' not in merchant.get("/creators/ella").text
