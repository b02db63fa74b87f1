"""A person's leads are shown to them and forgotten with them; what they earned stays, and is worked out again."""

import json
from datetime import timedelta

from sqlalchemy import text

from app.flows.forget_visits import ForgetVisits
from app.shops import store
from app.wiring import Wiring
from tests.bodies import Json
from tests.conftest import NOW
from tests.credit_shop import CreditShop
from tests.lead_shop import awards, derived, lead_shop, leads, stands, tell

ADA = {"id": 777000777, "email": "Ada@Example.com"}


def about(**more: object) -> Json:
    return {"customer": ADA, "shop_domain": "x", **more}


def two_leads(wiring: Wiring) -> CreditShop:
    shop = lead_shop(wiring)
    shop.click("mara", NOW - timedelta(days=1), visitor="v-ada")
    tell(
        shop,
        "a",
        email="ada@example.com",
        visitor="v-ada",
        contact={"name": "Ada", "message": "A quote, please"},
    )
    tell(shop, "b", email="eve@example.com", contact={"name": "Eve"})
    return shop


def test_the_file_for_a_customer_holds_their_leads_and_the_visits_before(wiring: Wiring) -> None:
    shop = two_leads(wiring)
    shop.deliver("customers/data_request", about(orders_requested=[], data_request={"id": 31}))
    shop.work()
    with wiring.shop_session(shop.shop_id) as session:
        (asked,) = store.privacy_requests(session)
        file = store.privacy_answer(session, asked.id)
    assert [(lead["action"], lead["contact"]["name"]) for lead in file["leads"]] == [("newsletter", "Ada")]
    assert [visit["visitor"] for visit in file["visits"]] == ["v-ada"]
    assert "Eve" not in json.dumps(file)


def test_forgetting_a_customer_empties_their_leads_and_takes_nothing_from_creators(wiring: Wiring) -> None:
    shop = two_leads(wiring)
    before = awards(shop)
    shop.deliver("customers/redact", about(orders_to_redact=[]))
    shop.work()
    derived(shop)
    assert sorted((lead.contact.get("name", ""), lead.state) for lead in leads(shop)) == [
        ("", "approved"),
        ("Eve", "approved"),
    ]
    assert awards(shop) == before
    tell(shop, "c", email="ADA@example.com")
    assert awards(shop) == before
    assert stands(shop)


def test_clicks_that_a_lead_names_outlive_the_days_for_visits(wiring: Wiring) -> None:
    shop = two_leads(wiring)
    shop.click("mara", NOW, visitor="v-eve")
    before = awards(shop)
    shop.move_clock(days=500)
    forget = ForgetVisits(wiring.batch_session, wiring.shop_session, wiring.clock)
    forget()
    derived(shop)
    with wiring.shop_session(shop.shop_id) as session:
        assert session.execute(text("select visitor from clicks")).scalars().all() == ["v-ada"]
    assert awards(shop) == before


def test_a_shop_that_is_erased_keeps_no_lead(wiring: Wiring) -> None:
    shop = two_leads(wiring)
    shop.deliver("shop/redact", {"shop_domain": shop.domain})
    shop.work()
    assert leads(shop) == []
