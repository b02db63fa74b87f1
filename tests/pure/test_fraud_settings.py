"""What a merchant may set about detectors, and which version judges an order."""

from datetime import UTC, datetime

import pytest

from app.fraud import lists
from app.fraud.scan import DETECTORS
from app.fraud.settings import BadSetting, Settings, check, in_force

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def test_an_order_is_judged_by_the_settings_of_its_day() -> None:
    first, second = Settings(enabled={"burst": False}), Settings()
    versions = [(EARLY, first), (LATE, second)]
    assert in_force(versions, datetime(2025, 1, 1, tzinfo=UTC)) == Settings()
    assert in_force(versions, EARLY) == first
    assert in_force(versions, LATE) == second


def test_sites_are_kept_as_hosts_once_each() -> None:
    given = {"coupon_sites": ["https://www.Deals.example/all", "deals.example", " "]}
    assert check(given, DETECTORS).coupon_sites == ("deals.example",)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"enabled": {"magic": True}}, "'magic'"),
        ({"limits": {"burst": {"speed": 3}}}, "'speed'"),
        ({"limits": {"burst": {"times": 1}}}, "is 1; from 2 to 1000"),
        ({"limits": {"burst": {"times": "4"}}}, "Expected `int`"),
        ({"coupon_sites": ["nonsense"]}, "'nonsense'"),
        ({"coupon_sites": ["a.example"] * 501}, "501"),
        (["x"], "Expected `object`"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_value(given: object, words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        check(given, DETECTORS)


@pytest.mark.parametrize(
    ("domain", "free", "disposable"),
    [("gmail.com", True, False), ("Yahoo.co.uk", True, False), ("lumen.example", False, False),
     ("mailinator.com", False, True), ("x.yopmail.com", False, True), ("", False, False)],
)  # fmt: skip
def test_the_lists_know_free_and_throw_away_mail(domain: str, free: bool, disposable: bool) -> None:  # noqa: FBT001
    assert (lists.is_free(domain), lists.is_disposable(domain)) == (free, disposable)


def test_no_domain_is_free_and_thrown_away_at_once_and_no_host_stands_twice() -> None:
    read = {
        name: lists._hosts(name)
        for name in ("free_email_domains", "disposable_email_domains", "coupon_sites")
    }
    assert not read["free_email_domains"] & read["disposable_email_domains"]
    assert all("." in host and host == host.casefold() for hosts in read.values() for host in hosts)
    assert lists.domain_of("Mara@Lumen.Example ") == "lumen.example"
    assert lists.domain_of("nobody") == ""
