"""E10: codes and links together. One creator by both is one commission; of two the rule decides, and both are told."""

from datetime import timedelta
from functools import partial
from typing import Any

from playwright.sync_api import Page, expect

from app.commissions.balances import balances
from app.flows.explain import explain
from app.flows.take_clicks import take_clicks
from app.tracking import store as tracking
from app.tracking.add_link import add_link
from app.tracking.click import Click, Consent, Verdict
from tests.stories.house import House


def two_creators(house: House) -> None:
    house.set_terms()
    for name, handle, code in (("Mara Lind", "mara", "MARA10"), ("Theo Baptiste", "theo", "THEO5")):
        house.add_creator(name, handle, code)
        house.until(partial(house.shop.redeem_code, code), f"the code {code} in Shopify")
    with house.wiring.shop_session(house.shop_id) as session, session.begin():
        for code, slug in (("MARA10", "mara"), ("THEO5", "theo")):
            found = tracking.code(session, code)
            assert found is not None
            add_link(session, found.enrollment_id, slug, to_path="/", channel="instagram", program="main",
                     actor="story", now=house.state.now)  # fmt: skip


def click(house: House, slug: str, *, days: int) -> None:
    """A visit of the shopper through the link, that many days ago."""
    with house.wiring.shop_session(house.shop_id) as session, session.begin():
        link = tracking.link(session, slug)
        assert link is not None
        made = Click(id=link.id * 100 + days, link_id=link.id, at=house.state.now - timedelta(days=days),
                     visitor="noor", verdict=Verdict.BILLABLE, consent=Consent.GRANTED)  # fmt: skip
        take_clicks(session, [(house.shop_id, made)])


def told(house: House, order_id: int) -> dict[str, Any]:
    with house.wiring.shop_session(house.shop_id) as session:
        return explain(session, str(order_id), house.state.now)


def test_one_creator_by_code_and_by_link_earns_one_commission(house: House) -> None:
    two_creators(house)
    click(house, "mara", days=2)
    order = house.order("MARA10", note_attributes={"_tribute_visitor": "noor"})

    def earned() -> int:
        with house.wiring.shop_session(house.shop_id) as session:
            return balances(session, "EUR", house.state.now)["mara"]["EUR"]["pending"]

    house.until(earned, "the commission of mara")
    record = told(house, order.id)
    assert [(c["creator"], c["weight"]) for c in record["credits"]] == [("mara", "1")]
    assert record["credits"][0]["commission"]["minor"] == earned()
    assert [(c["kind"], c["reason_code"]) for c in record["candidates"]] == [
        ("code", "won"), ("click", "same_creator"),
    ]  # fmt: skip


def test_of_two_creators_the_code_beats_the_link_and_the_page_names_both(house: House, page: Page) -> None:
    two_creators(house)
    click(house, "theo", days=1)
    order = house.order("MARA10", note_attributes={"_tribute_visitor": "noor"})
    house.until(lambda: house.ask("GET", f"/orders/{order.id}").ok, "the order's page")
    record = told(house, order.id)
    assert [(c["creator"], c["reason_code"]) for c in record["candidates"]] == [
        ("mara", "won"), ("theo", "weaker_source"),
    ]  # fmt: skip
    assert "theo stands behind the code MARA10 of mara" in record["candidates"][1]["reason"]
    page.goto(f"{house.admin}/orders/{order.id}")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Mara Lind earns")).to_be_visible()
    evidence = frame.locator("section", has=frame.get_by_role("heading", name="Evidence"))
    expect(evidence.get_by_role("link", name="Theo Baptiste")).to_be_visible()
    expect(frame.get_by_role("cell", name="First click")).to_be_visible()


def test_a_merchant_credits_the_other_one_in_the_browser_and_takes_it_back(house: House, page: Page) -> None:
    two_creators(house)
    order = house.order("MARA10")
    house.until(lambda: house.ask("GET", f"/orders/{order.id}").ok, "the order's page")
    page.goto(f"{house.admin}/orders/{order.id}")
    frame = page.frame_locator("iframe")
    frame.get_by_text("Credit somebody else, or nobody").click()
    frame.get_by_label("Creator", exact=True).select_option(label="Theo Baptiste")
    frame.get_by_label("Reason").fill("It was his live show")
    frame.get_by_role("button", name="Credit by hand").click()
    expect(frame.get_by_role("heading", name="Theo Baptiste earns")).to_be_visible()
    frame.get_by_role("button", name="Undo the decision").click()
    expect(frame.get_by_role("heading", name="Mara Lind earns")).to_be_visible()
    expect(frame.get_by_text("A decision by hand was taken back")).to_be_visible()
