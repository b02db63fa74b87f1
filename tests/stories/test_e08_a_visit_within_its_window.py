"""E8: a shopper follows a creator's link today. Bought on day 29 it is credited; on day 31 it is unqualified, and visibly so."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import requests

from app.flows.explain import explain
from devstore.order_model import Order
from tests.stories.house import House

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"


def bought(house: House, click: str) -> Order:
    order = house.order(note_attributes={"_tribute_click": click})
    house.until(lambda: house.ask("GET", f"/orders/{order.id}").ok, "the order's page")
    house.until(house.is_quiet, "all of it judged")
    return order


def test_day_29_is_credited_and_day_31_is_unqualified(house: House) -> None:
    house.set_terms(window_days="30")
    house.add_creator("Mara Lind", "mara", "MARA10")
    form = {"slug": "mara-ig", "to": "/products/serum", "channel": "instagram"}
    assert house.ask("POST", "/creators/mara/links", **form).status_code == 303
    answer = requests.get(
        f"{house.app_url}/r/mara-ig", headers={"User-Agent": PHONE}, timeout=20, allow_redirects=False
    )
    (click,) = parse_qs(urlsplit(answer.headers["Location"]).query)["tribute_click"]
    house.state.clock.move(timedelta(days=29))
    early = bought(house, click)
    house.state.clock.move(timedelta(days=2))
    late = bought(house, click)

    with house.wiring.shop_session(house.shop_id) as session:
        credited, left = (explain(session, str(order.id), house.state.now) for order in (early, late))
    assert [c["creator"] for c in credited["credits"]] == ["mara"]
    assert left["credits"] == []
    (found,) = left["candidates"]
    assert (found["creator"], found["reason_code"], found["window_days"]) == ("mara", "out_of_window", 30)
    assert timedelta(seconds=found["age_seconds"]) >= timedelta(days=31)

    page = house.ask("GET", f"/orders/{late.id}").text
    assert "Not credited" in page
    assert "31 days" in page
    listed = house.ask("GET", "/orders?status=unqualified").text
    assert late.name in listed
    assert early.name not in listed
    assert "The visit was older than the window" in house.ask("GET", "/tracking").text
