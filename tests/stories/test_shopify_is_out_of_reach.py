"""Shopify down or throttling: jobs wait, the page says so, nothing is lost and nothing is made twice."""

from datetime import timedelta

from tests.stories.house import House

PATIENCE = timedelta(seconds=30)


def codes_of(house: House) -> list[str]:
    return [code.code for node in house.shop.discounts.values() for code in node.codes]


def test_a_code_waits_while_shopify_is_down_and_is_made_once_when_it_is_back(house: House) -> None:
    house.set_terms()
    house.state.switches.api.fail_next = 2
    house.add_creator("Mara Lind", "mara", "MARA10")
    assert "Waiting for Shopify" in house.ask("GET", "/creators/mara").text
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code after the outage", PATIENCE)
    assert codes_of(house).count("MARA10") == 1


def test_throttled_calls_are_repeated_until_they_are_answered(house: House) -> None:
    house.set_terms()
    house.state.switches.api.throttle_next = 3
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code after throttling", PATIENCE)
    assert codes_of(house).count("MARA10") == 1
