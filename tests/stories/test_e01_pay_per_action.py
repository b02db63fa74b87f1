"""E1: by contract, one program pays for clicks, one for leads, one for sales: one event of each is one commission."""

from datetime import timedelta

import requests
from sqlalchemy import text

from app.campaigns.model import RuleSpec
from tests.stories.agreements import agree, join, pending
from tests.stories.house import House
from tests.stories.test_e06_a_link_of_their_own import PHONE

CONTRACTS = {
    "clicks": RuleSpec("per_click", {"amount": "0.08", "currency": "EUR"}),
    "leads": RuleSpec("per_lead", {"amount": "2.00", "currency": "EUR"}),
    "sales": RuleSpec("flat", {"amount": "5.00", "currency": "EUR"}),
}


def counted(house: House) -> int:
    with house.wiring.shop_session(house.shop_id) as session:
        return int(session.execute(text("select count(*) from clicks")).scalar_one())


def test_one_click_one_lead_and_one_sale_earn_what_each_contract_says(house: House) -> None:
    for program, rule in CONTRACTS.items():
        agree(house, program, rule)
        join(house, f"{program}-ida", program)
    clicked = requests.get(f"{house.app_url}/r/clicks-ida", headers={"User-Agent": PHONE}, timeout=20)
    assert clicked.status_code == 200
    form = f"{house.storefront}/apps/tribute/lead/newsletter?ref=leads-ida"
    assert requests.post(form, data={"email": "noor@example.com"}, timeout=20).status_code == 200
    house.until(lambda: house.shop.redeem_code("SALES-IDA10"), "the code in Shopify")
    house.order("SALES-IDA10")
    earned = {"leads-ida": 200, "sales-ida": 500}
    house.until(lambda: pending(house) == earned, "the lead's and the sale's commission")

    house.until(lambda: counted(house) == 1, "the click in the books")
    house.state.clock.move(timedelta(days=1))
    house.awarded()
    earned["clicks-ida"] = 8
    assert pending(house) == earned
    with house.wiring.shop_session(house.shop_id) as session:
        awards = session.execute(text("select kind, amount_minor from awards order by kind")).all()
    assert [tuple(award) for award in awards] == [("per_click", 8), ("per_lead", 200)]
