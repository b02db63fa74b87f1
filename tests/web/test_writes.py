"""What a merchant changes by the pages: each write, its undoing, and what is said when it is refused."""

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


def test_a_parked_event_goes_back_to_the_worker(merchant: FlaskClient, world: Shop, wiring: Wiring) -> None:
    with wiring.platform_session() as session:
        parked = session.execute(text("select id from inbox where state = 'parked'")).scalar_one()
    assert "is not a readable order" in merchant.get("/health").text
    assert merchant.post(f"/health/events/{parked}/retry").status_code == 303
    assert "Nothing is parked" in merchant.get("/health").text
    assert merchant.post(f"/health/events/{parked}/retry").status_code == 404


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
