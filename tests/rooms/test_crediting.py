"""Every rule of who brought an order, from the delivery to the books."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.campaigns.crediting import CreditPolicy, Source
from app.campaigns.model import CreditWhen
from app.tracking.click import Consent, Verdict
from app.tracking.set_policy import set_policy
from tests.bodies import code, line, order
from tests.conftest import NOW
from tests.credit_shop import PLACED, CreditShop, visited


def test_a_code_beats_a_click_and_the_click_says_why_it_lost(shop: CreditShop) -> None:
    shop.click("theo", PLACED - timedelta(days=1))
    shop.deliver("orders/create", visited(codes=[code("MARA10")]))
    shop.work()
    assert shop.credited() == {"mara": "1"}
    assert shop.reasons() == [("MARA10", "won"), ("theo", "weaker_source")]


@pytest.mark.parametrize(
    ("age", "credited", "reason"),
    [
        (timedelta(days=29), {"mara": "1"}, None),
        (timedelta(days=30), {"mara": "1"}, None),
        (timedelta(days=30, seconds=1), {}, "out_of_window"),
        (timedelta(days=31), {}, "out_of_window"),
    ],
)
def test_a_click_counts_for_thirty_days_and_then_the_order_is_kept_as_unqualified(
    shop: CreditShop, age: timedelta, credited: dict[str, str], reason: str | None
) -> None:
    shop.click("mara", PLACED - age)
    shop.deliver("orders/create", visited())
    shop.work()
    told = shop.told()
    assert (shop.credited(), told["reason_code"]) == (credited, reason)
    assert told["status"] == ("pending" if credited else "unqualified")


def test_each_click_starts_the_window_again_even_one_that_is_not_paid_for(shop: CreditShop) -> None:
    shop.click("mara", PLACED - timedelta(days=40))
    shop.click("mara", PLACED - timedelta(days=20), verdict=Verdict.DUPLICATE)
    shop.deliver("orders/create", visited())
    shop.work()
    assert shop.credited() == {"mara": "1"}


def test_the_last_click_wins_and_the_earlier_one_says_so(shop: CreditShop) -> None:
    shop.click("mara", PLACED - timedelta(days=5))
    shop.click("theo", PLACED - timedelta(days=2))
    shop.deliver("orders/create", visited())
    shop.work()
    assert shop.credited() == {"theo": "1"}
    assert shop.reasons() == [("theo", "won"), ("mara", "earlier_click")]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"verdict": Verdict.BOT}, "bot_click"),
        ({"consent": Consent.DENIED}, "no_consent"),
    ],
)
def test_clicks_of_machines_and_of_people_who_refused_never_count(
    shop: CreditShop, more: dict[str, Any], reason: str
) -> None:
    shop.click("mara", PLACED - timedelta(days=1), **more)
    shop.deliver("orders/create", visited())
    shop.work()
    assert (shop.credited(), shop.told()["reason_code"]) == ({}, reason)


def test_a_click_after_the_order_is_no_evidence(shop: CreditShop) -> None:
    shop.click("mara", PLACED + timedelta(seconds=1))
    shop.deliver("orders/create", visited())
    shop.work()
    assert shop.reasons() == []


def test_a_click_that_is_learnt_after_its_order_counts_all_the_same(shop: CreditShop) -> None:
    shop.deliver("orders/create", visited())
    shop.work()
    assert shop.credited() == {}
    shop.click("mara", PLACED - timedelta(days=1))
    shop.work()
    assert shop.credited() == {"mara": "1"}
    assert shop.balances()["mara", "pending"] == 1200


def test_a_click_of_another_browser_says_nothing(shop: CreditShop) -> None:
    shop.click("mara", PLACED - timedelta(days=1), visitor="somebody else")
    shop.deliver("orders/create", visited())
    shop.work()
    assert shop.reasons() == []


@pytest.mark.parametrize(
    ("landing", "credited"),
    [
        ("/products/serum?ref=mara", {"mara": "1"}),
        ("/?utm_medium=creator&utm_content=theo", {"theo": "1"}),
        ("/?utm_medium=email&utm_content=theo", {}),
        ("/?ref=unknown", {}),
        ("/?ref=%00", {}),
        ("http://[", {}),
    ],
)
def test_the_landing_page_of_the_order_is_a_click_when_it_names_a_link(
    shop: CreditShop, landing: str, credited: dict[str, str]
) -> None:
    shop.deliver("orders/create", order(landing_site=landing))
    shop.work()
    assert shop.credited() == credited


def test_a_recorded_click_and_the_landing_page_of_the_same_visit_are_one(shop: CreditShop) -> None:
    shop.click("mara", PLACED - timedelta(minutes=5))
    shop.deliver("orders/create", visited(landing_site="/?ref=mara"))
    shop.work()
    assert shop.reasons() == [("mara", "won")]


def test_one_creator_by_code_and_by_click_is_one_conversion(shop: CreditShop) -> None:
    shop.click("mara", PLACED - timedelta(days=1))
    shop.deliver("orders/create", visited(codes=[code("MARA10")]))
    shop.work()
    assert shop.credited() == {"mara": "1"}
    assert shop.reasons() == [("MARA10", "won"), ("mara", "same_creator")]
    assert shop.balances()["mara", "pending"] == 1200


def test_two_codes_go_to_the_larger_discount_and_are_flagged(shop: CreditShop) -> None:
    lines = [line(off=[(0, "5.00"), (1, "10.00")])]
    shop.deliver("orders/create", order(lines=lines, codes=[code("THEO5"), code("MARA10")]))
    shop.work()
    assert (shop.credited(), shop.told()["flags"]) == ({"mara": "1"}, ["two_creators"])
    assert shop.reasons() == [("MARA10", "won"), ("THEO5", "smaller_discount")]


def test_two_codes_of_equal_discount_go_to_the_first_of_the_order(shop: CreditShop) -> None:
    lines = [line(off=[(0, "5.00"), (1, "5.00")])]
    shop.deliver("orders/create", order(lines=lines, codes=[code("THEO5"), code("MARA10")]))
    shop.work()
    assert shop.credited() == {"theo": "1"}


def test_a_merchant_who_ranks_clicks_first_has_them_beat_codes(shop: CreditShop) -> None:
    shop.credit_by(at=PLACED - timedelta(days=2), sources=(Source.CLICK, Source.CODE, Source.BINDING))
    shop.click("theo", PLACED - timedelta(days=1))
    shop.deliver("orders/create", visited(codes=[code("MARA10")]))
    shop.work()
    assert shop.credited() == {"theo": "1"}


def test_an_order_keeps_the_settings_that_held_when_it_was_placed(shop: CreditShop) -> None:
    shop.credit_by(at=PLACED + timedelta(seconds=1), model="linear", window_days=1)
    shop.click("theo", PLACED - timedelta(days=2))
    shop.deliver("orders/create", visited(codes=[code("MARA10")]))
    later = PLACED + timedelta(minutes=1)
    shop.click("theo", later - timedelta(hours=2), visitor="v-2")
    shop.deliver("orders/create", visited(1002, visitor="v-2", codes=[code("MARA10")], placed=later))
    shop.work()
    assert (shop.credited(), shop.credited(1002)) == ({"mara": "1"}, {"mara": "0.5", "theo": "0.5"})
    assert (shop.told()["model"], shop.told(1002)["model"]) == ("code_then_last_click", "linear")


@pytest.mark.parametrize(
    ("policy", "clicked", "reason"),
    [
        (CreditPolicy.ALWAYS, None, "won"),
        (CreditPolicy.ONLY_WITH_CLICK, None, "needs_click"),
        (CreditPolicy.ONLY_WITH_CLICK, "mara", "won"),
        (CreditPolicy.ONLY_WITH_CLICK, "theo", "needs_click"),
        (CreditPolicy.ONLY_IF_WINNER, None, "needs_winning_click"),
        (CreditPolicy.ONLY_IF_WINNER, "theo", "needs_winning_click"),
        (CreditPolicy.ONLY_IF_WINNER, "mara", "won"),
    ],
)
def test_a_code_counts_as_its_credit_policy_says(
    shop: CreditShop, policy: CreditPolicy, clicked: str | None, reason: str
) -> None:
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        set_policy(session, "MARA10", policy, is_new=True, actor="test", now=NOW)
    if clicked:
        shop.click(clicked, PLACED - timedelta(days=1))
    shop.deliver("orders/create", visited(codes=[code("MARA10")]))
    shop.work()
    assert dict(shop.reasons())["MARA10"] == reason


def test_a_code_that_must_win_fails_when_the_last_click_was_another_creators(shop: CreditShop) -> None:
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        set_policy(session, "MARA10", CreditPolicy.ONLY_IF_WINNER, is_new=True, actor="test", now=NOW)
    shop.click("mara", PLACED - timedelta(days=3))
    shop.click("theo", PLACED - timedelta(days=1))
    shop.deliver("orders/create", visited(codes=[code("MARA10")]))
    shop.work()
    assert shop.credited() == {"theo": "1"}


def test_a_change_of_a_codes_policy_leaves_earlier_orders_as_they_were(shop: CreditShop) -> None:
    shop.deliver("orders/create", order(codes=[code("MARA10")]))
    shop.work()
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        set_policy(session, "MARA10", CreditPolicy.ONLY_WITH_CLICK, is_new=False, actor="test", now=NOW)
    shop.deliver("orders/updated", order(codes=[code("MARA10")], updated=NOW))
    shop.work()
    assert shop.credited() == {"mara": "1"}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"test": True}, "test_order"),
        ({"tags": "vip, Tribute-Gift"}, "gift_order"),
        ({"placed": datetime.fromisoformat("2025-12-31T00:00:00+00:00")}, "before_install"),
    ],
)
def test_test_orders_gifts_and_orders_before_the_install_are_never_credited(
    shop: CreditShop, more: dict[str, Any], reason: str
) -> None:
    shop.deliver("orders/create", order(codes=[code("MARA10")], **more))
    shop.work()
    told = shop.told()
    assert (shop.credited(), told["reason_code"], told["status"]) == ({}, reason, "unqualified")


def test_a_paused_creator_is_kept_as_unqualified_with_the_reason(shop: CreditShop) -> None:
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        session.execute(text("update enrollments set active = '{}'"))
    shop.click("mara", PLACED - timedelta(days=1))
    shop.deliver("orders/create", visited())
    shop.work()
    assert (shop.told()["reason_code"], shop.told()["status"]) == ("paused", "unqualified")


@pytest.mark.parametrize("source", ["pos", "shopify_draft_order"])
@pytest.mark.parametrize(
    ("policy", "by_code", "by_link"),
    [
        (CreditWhen.WITH_CODE, {"mara": "1"}, {}),
        (CreditWhen.ALWAYS, {"mara": "1"}, {"theo": "1"}),
        (CreditWhen.NEVER, {}, {}),
    ],
)
def test_orders_of_the_till_and_of_staff_count_as_the_offer_says(
    shop: CreditShop, source: str, policy: CreditWhen, by_code: dict[str, str], by_link: dict[str, str]
) -> None:
    shop.offer(shop.rules, PLACED - timedelta(days=1), pos=policy, drafts=policy)
    shop.deliver("orders/create", order(1001, codes=[code("MARA10")], source_name=source))
    shop.deliver("orders/create", order(1002, landing_site="/?ref=theo", source_name=source))
    shop.work()
    assert (shop.credited(1001), shop.credited(1002)) == (by_code, by_link)
