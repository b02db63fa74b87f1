"""A merchant decides on an order's page who brought it, and takes it back; a program says how orders are credited."""

from flask.testing import FlaskClient

from app.flows.rejudge import rejudge
from tests.conftest import NOW
from tests.web.demo_shop import ORDER_ID
from tests.web.polaris_check import errors_of
from tests.web.shop import Shop

PATH = f"/orders/{ORDER_ID}"


def judged(world: Shop) -> None:
    with world.wiring.batch_session() as session:
        while rejudge(session, NOW):
            pass


def test_an_order_is_credited_by_hand_split_and_taken_back(merchant: FlaskClient, world: Shop) -> None:
    said = {"who1": "ama@main", "part1": "60", "who2": "liam@main", "part2": "40", "reason": "Both were live"}
    answer = merchant.post(f"{PATH}/assignment", data=said)
    assert (answer.status_code, answer.location) == (303, f"{PATH}?done=decided")
    assert "is being worked out" in merchant.get(PATH).text
    judged(world)
    page = merchant.get(PATH).text
    assert "60% of it credited to ama by hand: Both were live" in page
    assert "Decided by hand" in page
    assert errors_of(page) == []
    assert merchant.delete(f"{PATH}/assignment").location == f"{PATH}?done=undone"
    judged(world)
    page = merchant.get(PATH).text
    assert "A decision by hand was taken back" in page
    assert "Undo the decision" not in page


def test_nobody_can_be_credited_by_hand(merchant: FlaskClient, world: Shop) -> None:
    assert merchant.post(f"{PATH}/assignment", data={"nobody": "yes", "reason": "Ours"}).status_code == 303
    judged(world)
    page = merchant.get(PATH).text
    assert "Credited to nobody: “<bdi>Ours</bdi>”" in page
    assert "Undo the decision" in page


def test_a_decision_that_makes_no_sense_is_explained_and_keeps_what_was_typed(
    merchant: FlaskClient, world: Shop
) -> None:
    before = world.everything()
    for said, words in (
        ({"reason": "Because"}, "Choose who brought the order"),
        ({"who1": "ama@main", "part1": "60", "reason": "Because"}, "are not the whole"),
        ({"who1": "ama@main", "part1": "x", "reason": "Because"}, "is not a percentage"),
        ({"who1": "ama@main", "part1": "100", "reason": " "}, "It is empty"),
        ({"who1": "nobody@main", "part1": "100", "reason": "Because"}, "There is no creator"),
        (
            {"who1": "ama@main", "part1": "50", "who2": "ama@main", "part2": "50", "reason": "B"},
            "named twice",
        ),
    ):
        answer = merchant.post(f"{PATH}/assignment", data=said)
        assert (answer.status_code, words in answer.text) == (422, True), words
    assert "Nothing was decided" in answer.text
    assert merchant.delete(f"{PATH}/assignment").status_code == 422
    assert world.everything() == before


def test_an_order_shows_its_models_checks_and_terms(merchant: FlaskClient, world: Shop) -> None:
    page = merchant.get(PATH).text
    for words in ("All six models say", "checks passed", "Terms of", "Decide by hand"):
        assert words in page


def test_a_program_says_how_orders_are_credited_from_now_on(merchant: FlaskClient, world: Shop) -> None:
    said = {"name": "Main", "window_days": "14", "hold_days": "30", "model": "linear",
            "sources": "click code binding", "binding_days": ""}  # fmt: skip
    assert merchant.post("/programs/main", data=said).status_code == 303
    page = merchant.get("/programs/main").text
    assert '<s-option value="linear" selected>' in page
    assert '<s-option value="click code binding" selected>' in page
    assert errors_of(page) == []
    answer = merchant.post(
        "/programs/main", data={**said, "model": "last", "sources": "x", "binding_days": "-1"}
    )
    assert answer.status_code == 422
    for words in ("is no attribution model", "is no order of sources", "is not a whole number"):
        assert words in answer.text
