"""E6: every creator has a link with UTM marks of their own. It opens the store with them, and the order keeps them."""

from urllib.parse import parse_qs, urlsplit

import requests

from app.flows.explain import explain
from devstore.visit_model import Visit
from tests.stories.house import House

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
CREATORS = (("Mara Lind", "mara", "MARA10"), ("Theo Baptiste", "theo", "THEO10"))


def test_a_creators_link_opens_the_store_with_their_utm_and_the_order_keeps_it(house: House) -> None:
    house.set_terms()
    landed = {}
    for name, handle, code in CREATORS:
        house.add_creator(name, handle, code)
        form = {"slug": f"{handle}-ig", "to": "/products/serum", "channel": "instagram"}
        assert house.ask("POST", f"/creators/{handle}/links", **form).status_code == 303
        opened = requests.get(f"{house.app_url}/r/{handle}-ig", headers={"User-Agent": PHONE}, timeout=20)
        assert opened.status_code == 200
        landed[handle] = urlsplit(opened.url)
    for handle, page in landed.items():
        given = parse_qs(page.query)
        marks = {name: given[f"utm_{name}"] for name in ("source", "medium", "campaign", "content")}
        assert marks == {
            "source": ["instagram"], "medium": ["creator"], "campaign": ["main"], "content": [f"{handle}-ig"],
        }  # fmt: skip

    page = landed["theo"]
    # Without the click's own token: the order keeps the UTM marks of the page, and they alone lead to Theo.
    marked = "&".join(part for part in page.query.split("&") if part.startswith("utm_"))
    order = house.order(visit=Visit(landing_site=f"{page.path}?{marked}"))
    house.until(lambda: house.ask("GET", f"/orders/{order.id}").ok, "the order's page")
    house.until(house.is_quiet, "all of it judged")
    with house.wiring.shop_session(house.shop_id) as session:
        told = explain(session, str(order.id), house.state.now)
    assert [(c["creator"], c["value"], c["won"]) for c in told["candidates"]] == [("theo", "theo-ig", True)]
    assert told["candidates"][0]["found_by"]["method"] == "landing"
