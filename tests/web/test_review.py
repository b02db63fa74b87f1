"""The review queue: what waits and why, one word about many, each undone, also for a thousand and by keyboard."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import text

from app.wiring import Wiring
from tests.bodies import code, line, order
from tests.conftest import NOW
from tests.web.conftest import Look
from tests.web.demo_shop import counted
from tests.web.polaris_check import errors_of
from tests.web.shop import Shop
from tests.web.test_browser import complaints, wider_than_the_window

FIRST = 8_000_000_000_001
A_THOUSAND_MORE = f"""
    do $$
    declare own text := (
        select string_agg(quote_ident(attname), ', ') from pg_attribute
        where attrelid = 'orders'::regclass and attnum > 0 and not attisdropped and attgenerated = '');
    begin
      execute format(
        'insert into orders (%1$s) select %1$s from (
           select (jsonb_populate_record(o, jsonb_build_object(''id'', o.id + n))).*
           from orders o, generate_series(1000, 1999) n where o.id = {FIRST}) as copies', own);
    end $$
"""  # noqa: S608 - a constant of ours
"""Copies of the first order, in all columns that the database does not work out itself."""


def suspicious(world: Shop, number: int = 3, **more: Any) -> list[str]:
    """Orders of Mara's that came by a coupon site; their keys on the page."""
    for n in range(number):
        given = {"referring_site": "https://www.joinhoney.com/", **more}
        placed = given.pop("placed", NOW - timedelta(minutes=n))
        body = order(FIRST + n, name=f"#{9000 + n}", lines=[line(off=[(0, "10.00")])], codes=[code("MARA10")],
                     placed=placed, customer={"id": 500 + n}, **given)  # fmt: skip
        world.deliver("orders/create", body)
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        mara = session.execute(text("select id from creators where handle = 'mara'")).scalar_one()
    return [f"{FIRST + n}-{mara}" for n in range(number)]


def rule(client: FlaskClient, verb: str, *keys: str, reason: str = "", **more: str) -> Any:
    form = {"verb": verb, "credit": list(keys), "reason": reason, **more}
    return client.post("/review/verdicts", data=form)


def words(world: Shop) -> list[tuple[str, str]]:
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.execute(
            text("select kind, actor from decisions where kind like 'credit.%' order by id")
        )
        return [(r.kind, r.actor) for r in rows]


def test_what_waits_says_why_and_how_much_is_at_stake(merchant: FlaskClient, world: Shop) -> None:
    suspicious(world, 2)
    page = merchant.get("/review").text
    assert errors_of(page) == []
    assert "The visit came from joinhoney.com, a coupon site or extension." in page
    assert "Codes of two creators stand on this order." in page
    assert "<bdi>3</bdi> orders" in page
    assert "#9001" not in merchant.get("/review?flag=two_creators").text
    assert "#9001" in merchant.get("/review?creator=mara&flag=coupon_site").text
    assert "Nothing matches" in merchant.get("/review?creator=liam").text
    assert "<bdi>3</bdi> orders to review" in merchant.get("/").text


def test_the_chosen_are_denied_at_once_and_each_can_be_undone(merchant: FlaskClient, world: Shop) -> None:
    keys = suspicious(world)
    answer = rule(merchant, "deny", *keys[:2], reason="Found on a coupon site.", flag="coupon_site")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/review?flag=coupon_site&done=denied"
    left = merchant.get("/review").text
    assert "#9000" not in left
    assert "#9002" in left
    world.work()
    denied = merchant.get("/orders?status=denied").text
    assert [name in denied for name in ("#9000", "#9001", "#9002")] == [True, True, False]
    decided = merchant.get("/review?view=decided").text
    assert decided.count("Found on a coupon site.") == 2
    assert rule(merchant, f"undo {keys[0]}", view="decided").status_code == 303
    world.work()
    assert "#9000" in merchant.get("/review").text
    assert [kind for kind, _ in words(world)] == ["credit.denied", "credit.denied", "credit.verdict_undone"]
    assert {actor for _, actor in words(world)} != {""}


def test_one_row_is_decided_with_its_own_reason(merchant: FlaskClient, world: Shop) -> None:
    first, second, _ = suspicious(world)
    form = {"verb": f"deny {first}", "credit": second, "reason": "of many", f"reason {first}": "Of this one."}
    assert merchant.post("/review/verdicts", data=form).status_code == 303
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.execute(text("select order_id, ruling, reason from verdicts")).all()
    assert [tuple(row) for row in rows] == [(FIRST, "denied", "Of this one.")]


@pytest.mark.parametrize(
    ("verb", "credit", "reason", "words_"),
    [
        ("deny", None, "", "Write down why"),
        ("approve", "", "", "names no commission"),
        ("approve", "1-2", "", "credited with order 1 no longer"),
        ("approve", "x" * 500, "", "names no commission"),
        ("approve", "1-2-3", "", "names no commission"),
        ("approve", "99999999999999999999-1", "", "names no commission"),
        ("pay", None, "", "&#39;pay&#39; is nothing"),
        ("", None, "", "Press Approve, Deny or Hold"),
        ("hold", None, "x" * 501, "501 characters"),
    ],
)
def test_what_cannot_be_decided_is_explained_above_the_list(
    merchant: FlaskClient, world: Shop, verb: str, credit: str | None, reason: str, words_: str
) -> None:
    (key, *_) = suspicious(world, 1)
    answer = rule(merchant, verb, key if credit is None else credit, reason=reason)
    assert answer.status_code == 422
    assert words_ in answer.text
    assert "#9000" in answer.text
    assert words(world) == []


def test_nothing_chosen_is_nothing_decided(merchant: FlaskClient, world: Shop) -> None:
    suspicious(world, 1)
    assert "Tick the orders" in rule(merchant, "approve").text


def test_what_the_creator_says_stands_beside_the_flag_and_in_the_log(
    merchant: FlaskClient, world: Shop
) -> None:
    key = suspicious(world, 1)[0].replace("-", "/")
    answer = merchant.post(
        f"/review/{key}/answer", data={"answer": "<b>Not me</b>: I never gave it to them."}
    )
    assert answer.status_code == 303
    assert "&lt;b&gt;Not me&lt;/b&gt;" in merchant.get("/review").text
    with world.wiring.shop_session(world.shop_id) as session:
        facts = session.execute(text("select facts from decisions where kind = 'flag.answered'")).scalar_one()
    assert facts["flags"] == ["coupon_site"]
    assert merchant.post(f"/review/{key}/answer", data={"answer": " "}).status_code == 422
    assert merchant.post("/review/1/1/answer", data={"answer": "x"}).status_code == 404


def test_a_thousand_are_shown_in_pages_by_the_same_few_statements(
    merchant: FlaskClient, world: Shop, wiring: Wiring
) -> None:
    suspicious(world, 1)
    with counted(wiring) as few:
        merchant.get("/review")
    world.run(A_THOUSAND_MORE)
    world.run(
        "insert into credits select (jsonb_populate_record(c, jsonb_build_object('order_id', o.id))).* "
        "from credits c, orders o where c.order_id = :first and o.id > :first",
        first=FIRST,
    )
    with counted(wiring) as many:
        page = merchant.get("/review?page=2").text
    assert "Page <bdi>2</bdi> of <bdi>21</bdi>" in page
    assert page.count('name="credit"') == 50
    assert len(many) == len(few)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_queue_is_accessible_and_no_wider_than_the_window(look: Look, world: Shop, width: int) -> None:
    suspicious(world)
    for path in ("/review", "/review?view=decided"):
        page = look(path, width=width)
        for details in page.locator("main details").all():
            details.evaluate("node => node.open = true")
        assert complaints(page) == []
        assert not wider_than_the_window(page)
        page.context.close()


def test_by_keyboard_all_are_chosen_and_approved_and_enter_alone_decides_nothing(
    look: Look, world: Shop
) -> None:
    suspicious(world)
    page = look("/review")
    page.get_by_label("Reason, told to the creator").fill("Fine")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Press Approve, Deny or Hold")
    page.get_by_label("on this page").focus()
    page.keyboard.press("Space")
    expect(page.locator("input[name=credit]:checked")).to_have_count(4)
    page.get_by_role("button", name="Approve chosen").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Nothing to review")
    assert [kind for kind, _ in words(world)] == ["credit.approved"] * 4
    page.context.close()


def detectors(client: FlaskClient, **changes: str | None) -> Any:
    """Send the form as it stands, with these fields changed; None: unticked."""
    page = client.get("/review/settings").text
    fields = dict(re.findall(r'name="([a-z_]+ [a-z_]+)" inputmode="numeric" value="([0-9]+)"', page))
    fields |= dict.fromkeys(re.findall(r'name="(on [a-z_]+)" checked', page), "on")
    named = {name.replace("__", " "): value for name, value in changes.items()}
    sent = {name: value for name, value in (fields | named).items() if value is not None}
    return client.post("/review/settings", data=sent)


def test_what_is_looked_at_changes_for_orders_from_then_on(merchant: FlaskClient, world: Shop) -> None:
    assert errors_of(merchant.get("/review/settings").text) == []
    assert detectors(merchant, on__coupon_site=None).status_code == 303
    assert detectors(merchant, on__coupon_site=None).status_code == 303
    suspicious(world, 2, placed=NOW + timedelta(minutes=1))
    assert "#9001" not in merchant.get("/review").text
    assert (
        detectors(merchant, on__coupon_site="on", coupon_sites="https://deals.example/x").status_code == 303
    )
    with world.wiring.shop_session(world.shop_id) as session:
        kinds = session.execute(
            text("select facts from decisions where kind = 'fraud.settings_changed' order by id")
        )
        assert [row.facts for row in kinds] == [
            {"enabled": {"coupon_site": False}},
            {"coupon_sites": ["deals.example"]},
        ]


@pytest.mark.parametrize(
    ("field", "value", "words_"),
    [
        ("burst__times", "1", "from 2 to 1000"),
        ("burst__orders", "many", "no whole number"),
        ("burst__odds", "", "no whole number"),
        ("coupon_sites", "nonsense", "is no host"),
    ],
)
def test_thresholds_that_cannot_be_are_refused_with_what_was_typed(
    merchant: FlaskClient, world: Shop, field: str, value: str, words_: str
) -> None:
    answer = detectors(merchant, **{field: value})
    assert answer.status_code == 422
    assert words_ in answer.text
