"""Programs and the editor of their offers, as a merchant's requests: drafts, mistakes, publishing, history."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from app.commissions.rulebook import CONDITIONS, KINDS
from app.wiring import Wiring
from tests.bodies import code, line, order
from tests.web.polaris_check import errors_of
from tests.web.shop import Shop

PROGRAM = {"name": "Second", "rate": "15", "discount": "10", "hold_days": "14", "window_days": "30"}
OFFER = {
    "discount_kind": "percent",
    "discount": "10",
    "limit_of": "offer",
    "combine_shipping": "yes",
    "hold_days": "30",
    "hold_from": "paid",
    "pos": "with_code",
    "drafts": "with_code",
    "rules.0.kind": "percent",
    "rules.0.rate": "15",
}
EDITOR = "/programs/main/offer"
PUBLISH = "/programs/main/offer/publication"


def stamp(client: FlaskClient) -> str:
    found = re.search(r'name="read" value="([^"]*)"', client.get(EDITOR).text)
    assert found
    return found[1]


def saved(client: FlaskClient, **offer: str) -> None:
    answer = client.post(EDITOR, data={**OFFER, **offer, "read": stamp(client)})
    assert answer.status_code == 303, answer.text


def publish(client: FlaskClient, **choices: str) -> object:
    return client.post(PUBLISH, data={"read": stamp(client), **choices})


def versions(world: Shop) -> list[tuple[int, str]]:
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.execute(
            text("select version, content -> 'rules' -> 0 -> 'fields' ->> 'rate' from offers order by 1")
        )
        return [tuple(r) for r in rows]


def pending(world: Shop) -> int:
    return sum(minor for (_, account), minor in world.balances().items() if account == "pending")


def test_a_program_is_started_with_its_first_offer(merchant: FlaskClient, world: Shop) -> None:
    answer = merchant.post("/programs", data=PROGRAM)
    assert answer.location == "/programs/second?done=added"
    page = merchant.get("/programs/second").text
    assert "Creators earn <bdi>15% of sales</bdi>" in page
    assert "Terms version <bdi>1</bdi>" in page
    assert "Second" in merchant.get("/programs").text


def test_a_program_out_of_range_is_told_beside_each_field(merchant: FlaskClient, world: Shop) -> None:
    before = world.everything()
    answer = merchant.post(
        "/programs", data={**PROGRAM, "rate": "150", "hold_days": "121", "window_days": "x"}
    )
    assert answer.status_code == 422
    assert answer.text.count(' error="') == 3
    assert errors_of(answer.text) == []
    taken = merchant.post("/programs", data={**PROGRAM, "name": "Main"})
    assert "already a program" in taken.text
    assert world.everything() == before


def test_a_program_is_renamed_and_its_window_changed(merchant: FlaskClient, world: Shop) -> None:
    merchant.post("/programs/main", data={"name": "VIP", "window_days": "60", "hold_days": "14"})
    page = merchant.get("/programs/main").text
    assert 'value="VIP"' in page
    assert 'value="60"' in page
    refused = merchant.post("/programs/main", data={"name": "", "window_days": "0", "hold_days": "14"})
    assert refused.status_code == 422
    assert refused.text.count(' error="') == 2


def test_a_draft_is_saved_shown_again_and_discarded(merchant: FlaskClient, world: Shop) -> None:
    saved(merchant)
    assert "There is a draft" in merchant.get("/programs/main").text
    assert "Creators earn <bdi>15% of sales</bdi>" in merchant.get(EDITOR).text
    assert versions(world) == [(1, "0.12")]
    assert merchant.delete(EDITOR).location == "/programs/main?done=discarded"
    assert "There is a draft" not in merchant.get("/programs/main").text


def test_a_draft_that_somebody_else_saved_meanwhile_is_not_lost(merchant: FlaskClient, world: Shop) -> None:
    mine = stamp(merchant)
    saved(merchant, **{"rules.0.rate": "20"})
    answer = merchant.post(EDITOR, data={**OFFER, "read": mine})
    assert answer.status_code == 422
    assert "was saved by staff member 42 after you opened it" in answer.text
    assert "20%" in merchant.get("/programs/main/offer/publication").text
    theirs = re.search(r'name="read" value="([^"]+)"', answer.text)
    assert theirs
    assert merchant.post(EDITOR, data={**OFFER, "read": theirs[1]}).status_code == 303


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"rules.0.rate": "1200 %"}, "1200 % is not a percentage from 0 to 100."),
        ({"rules.0.rate": "-3"}, "-3 is not a percentage from 0 to 100."),
        ({"rules.0.rate": "NaN"}, "&#39;NaN&#39; is not a percentage."),
        ({"rules.0.rate": ""}, "Commission is missing."),
        ({"discount": "10.555"}, "Shopify keeps at most 2 decimals"),
        ({"hold_days": "121"}, "121 is too large; it is at most 120."),
        ({"rules.0.kind": "flat", "rules.0.amount": "5.005"}, "5.005 has more decimals than EUR"),
        ({"rules.0.kind": "flat", "rules.0.amount": "0"}, "0 is less than 0.01 EUR."),
        ({"rules.0.when.0.kind": "country", "rules.0.when.0.countries": "Germany"}, "write two letters"),
        ({"rules.0.when.0.kind": "product", "rules.0.when.0.ids": "serum"}, "has no number of Shopify"),
        ({"rules.1.kind": "percent", "rules.1.rate": "5"}, "It would never earn"),
        (
            {
                "rules.0.rate": "80",
                "rules.1.kind": "second_level",
                "rules.1.rate": "30",
                "rules.1.of": "net_sales",
            },
            "80 % + second level 30 % = 110 % of the sale",
        ),
        ({"rules.0.kind": ""}, "This offer pays nothing"),
        ({"hold_from": "someday"}, "is none of the choices"),
    ],
)
def test_what_cannot_be_an_offer_is_told_with_its_value_and_nothing_is_saved(
    merchant: FlaskClient, world: Shop, typed: dict[str, str], sentence: str
) -> None:
    before = world.everything()
    answer = merchant.post(EDITOR, data={**OFFER, **typed, "read": ""})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert errors_of(answer.text) == []
    assert world.everything() == before


def test_a_tier_with_a_hole_is_refused_beside_the_rule(merchant: FlaskClient, world: Shop) -> None:
    tier = MultiDict(
        {**OFFER, "rules.0.kind": "tier", "rules.0.over": "month", "rules.0.by": "orders", "read": ""}
    )
    tier.setlist("rules.0.steps.from", ["10", "20", "", ""])
    tier.setlist("rules.0.steps.rate", ["10", "12", "", ""])
    answer = merchant.post(EDITOR, data=tier)
    assert "leaves a hole below it; start at 0" in answer.text
    tier.setlist("rules.0.steps.from", ["0", "20", "20"])
    tier.setlist("rules.0.steps.rate", ["10", "12", "15"])
    assert "each step starts higher" in merchant.post(EDITOR, data=tier).text
    tier.setlist("rules.0.steps.rate", ["10", "", "15"])
    assert "Commission is missing." in merchant.post(EDITOR, data=tier).text


def test_every_kind_of_rule_and_condition_can_be_added_without_a_script(
    merchant: FlaskClient, world: Shop
) -> None:
    for kind in KINDS:
        page = merchant.post(EDITOR, data={**OFFER, "act": "add", "add": kind}).text
        assert f'name="rules.1.kind" value="{kind}"' in page
        assert page.count(" autofocus") == 1
        assert errors_of(page) == []
    for kind in CONDITIONS:
        page = merchant.post(EDITOR, data={**OFFER, "act": "when:0", "rules.0.add": kind}).text
        assert f'name="rules.0.when.0.kind" value="{kind}"' in page
        assert errors_of(page) == []
    assert versions(world) == [(1, "0.12")]


def test_rules_are_moved_and_removed_and_keep_what_was_typed(merchant: FlaskClient, world: Shop) -> None:
    two = {**OFFER, "rules.1.kind": "cap", "rules.1.per": "order", "rules.1.amount": "50x"}
    page = merchant.post(EDITOR, data={**two, "act": "up:1"}).text
    assert page.index('name="rules.0.amount" value="50x"') < page.index('name="rules.1.rate" value="15"')
    page = merchant.post(EDITOR, data={**two, "act": "drop:0"}).text
    assert 'name="rules.0.amount" value="50x"' in page
    assert "rules.1" not in page
    for made_up in ("drop:9", "up:9", "when:9", "down:x", "drop:0.9"):
        assert merchant.post(EDITOR, data={**two, "act": made_up}).status_code == 200


def test_publishing_takes_the_notice_and_uses_the_draft_up(merchant: FlaskClient, world: Shop) -> None:
    saved(merchant)
    page = merchant.get(PUBLISH).text
    assert "<bdi>12%</bdi>" in page
    assert "<bdi>15%</bdi>" in page
    assert "Nov 30, 2026" in page
    assert publish(merchant, when="notice").location == "/programs/main?done=published"  # type: ignore[attr-defined]
    page = merchant.get("/programs/main").text
    assert "New terms are on their way" in page
    assert "Nov 30, 2026" in page
    assert "There is a draft" not in page
    assert versions(world) == [(1, "0.12"), (2, "0.15")]
    assert len(world.everything()["offer_notices"]) == 8


def test_terms_at_once_need_somebody_who_agreed(merchant: FlaskClient, world: Shop) -> None:
    saved(merchant)
    refused = publish(merchant, when="now")
    assert "Say who agreed to less" in refused.text  # type: ignore[attr-defined]
    publish(merchant, when="now", agreed="All by e-mail")
    assert "Terms version <bdi>2</bdi>" in merchant.get("/programs/main").text
    assert "All by e-mail" in merchant.get("/programs/main/versions").text


def test_a_day_gone_by_is_asked_about_and_prices_orders_again(
    merchant: FlaskClient, world: Shop, wiring: Wiring
) -> None:
    before = pending(world)
    saved(merchant)
    choices = {"when": "day", "day": "2026-11-20", "agreed": "All by e-mail"}
    asked = publish(merchant, **choices)
    assert asked.status_code == 422  # type: ignore[attr-defined]
    told = re.search(r"would price <strong><bdi>(\d+)</bdi> orders</strong> again", asked.text)  # type: ignore[attr-defined]
    assert told
    assert int(told[1]) > 5
    assert versions(world) == [(1, "0.12")]
    confirmed = re.search(r'name="reprice" value="([^"]+)"', asked.text)  # type: ignore[attr-defined]
    assert confirmed
    publish(merchant, **choices, reprice=confirmed[1])
    wiring.job_worker.run_due()
    world.work()
    assert pending(world) > before
    page = merchant.get("/programs/main/versions").text
    assert "Orders placed since" in page
    assert f"<dt>Orders priced</dt><dd><bdi>{told[1]}</bdi></dd>" in page


def test_the_history_tells_who_when_notice_and_what_changed(merchant: FlaskClient, world: Shop) -> None:
    saved(merchant, hold_days="14")
    publish(merchant, when="notice")
    page = merchant.get("/programs/main/versions").text
    for told in ("Version <bdi>2</bdi>", "staff member 42", "7 days", "8</bdi> creators told", "<dt>Hold, in days</dt>",
                 "<bdi>30</bdi>", "<bdi>14</bdi>", "Orders priced"):  # fmt: skip
        assert told in page


def test_a_dry_run_shows_what_each_would_have_earned_and_saves_nothing(
    merchant: FlaskClient, world: Shop
) -> None:
    before = world.everything()
    page = merchant.post(EDITOR, data={**OFFER, "rules.0.rate": "24", "act": "try"}).text
    assert "On the last <bdi>90</bdi> days" in page
    assert " more</strong>" in page
    assert "Mara Lindqvist" in page
    assert world.everything() == before


def test_the_draft_that_is_published_is_the_one_that_was_read(merchant: FlaskClient, world: Shop) -> None:
    saved(merchant)
    old = stamp(merchant)
    world.run("update offer_drafts set saved_at = saved_at + interval '1 second'")
    answer = merchant.post(PUBLISH, data={"read": old, "when": "notice"})
    assert answer.status_code == 422
    assert "saved again after you opened" in answer.text
    assert merchant.delete(EDITOR).status_code == 303
    assert merchant.get(PUBLISH).status_code == 404


def test_a_cap_below_what_was_earned_already_is_refused_beside_it(merchant: FlaskClient, world: Shop) -> None:
    capped = {**OFFER, "rules.1.kind": "cap", "rules.1.per": "program", "rules.1.amount": "5", "read": ""}
    refused = merchant.post(EDITOR, data=capped)
    assert refused.status_code == 422
    assert "The cap of 5.00 EUR is below the" in refused.text
    assert "has earned already" in refused.text
    assert merchant.post(EDITOR, data={**capped, "rules.1.amount": "50000"}).status_code == 303


def test_a_cap_that_was_used_up_since_the_draft_was_saved_is_refused_when_it_is_published(
    merchant: FlaskClient, world: Shop
) -> None:
    saved(merchant, **{"rules.1.kind": "cap", "rules.1.per": "program", "rules.1.amount": "5000"})
    big = order(990_001, lines=[line(1, "90000.00")], codes=[code("MARA10")])
    world.deliver("orders/create", big)
    world.work()
    before = versions(world)
    answer = merchant.post(PUBLISH, data={"read": stamp(merchant), "when": "notice"})
    assert answer.status_code == 422
    assert "The cap of 5000.00 EUR is below the" in answer.text
    assert "that the program has earned already" in answer.text
    assert versions(world) == before
