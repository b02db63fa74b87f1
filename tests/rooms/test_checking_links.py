"""Every night the pages that links lead to are looked at; the creator's page tells of one that is gone."""

from typing import Any

import requests
from sqlalchemy import text

from app.flows.check_links import CheckLinks
from app.kernel.ids import ShopId
from app.reports.links import links_of
from app.shopify.storefront import status_of
from app.tracking.add_link import add_link
from app.wiring import Wiring
from tests.conftest import NOW
from tests.credit_shop import credit_shop


class Shopfront:
    """Pages with a status each, and who was asked how often."""

    def __init__(self, **pages: int | None) -> None:
        self.pages = pages
        self.asked: list[tuple[str, str]] = []

    def __call__(self, domain: str, path: str) -> int | None:
        self.asked.append((domain, path))
        return self.pages.get(path.strip("/").replace("/", "_"), 200)


def broken(wiring: Wiring, shop_id: int) -> list[str]:
    with wiring.shop_session(ShopId(shop_id)) as session:
        return [link.slug for link in links_of(session, "mara", NOW.date()) if link.is_broken]


def test_each_page_is_asked_for_once_and_a_page_that_is_gone_is_told_until_the_link_leads_elsewhere(
    wiring: Wiring,
) -> None:
    shop = credit_shop(wiring)
    with wiring.shop_session(ShopId(shop.shop_id)) as session, session.begin():
        number = session.scalar(text("select enrollment_id from links where slug = 'mara'"))
        how: dict[str, Any] = {"channel": "blog", "program": "main", "actor": "test", "now": NOW}
        for slug, path in (("m-1", "/products/gone"), ("m-2", "/products/gone"), ("m-3", "/products/hidden")):
            add_link(session, number, slug, to_path=path, **how)
    front = Shopfront(products_gone=404, products_hidden=None)
    pauses: list[int] = []
    checks = CheckLinks(
        wiring.batch_session, wiring.shop_session, front, wiring.queue, wiring.clock, pauses.append
    )
    checks.one_shop(shop_id=shop.shop_id)
    assert sorted(path for _, path in front.asked) == ["/", "/products/gone", "/products/hidden"]
    assert len(pauses) == 3
    assert broken(wiring, shop.shop_id) == ["m-1", "m-2"]
    with wiring.shop_session(ShopId(shop.shop_id)) as session, session.begin():
        add_link(session, number, "m-1", to_path="/collections/all", **how)
    assert broken(wiring, shop.shop_id) == ["m-2"]


def test_a_storefront_that_nobody_reaches_breaks_no_link(wiring: Wiring) -> None:
    with requests.Session() as http:
        assert status_of(http, "http://127.0.0.1:1", "lumen.myshopify.com", "/") is None


def test_every_kind_of_check_is_a_job_of_the_worker(wiring: Wiring) -> None:
    names = {job.name for job in wiring.jobs}
    assert {"links.check_all", "links.check", "clicks.months"} <= names
