"""Who is in a collection is read from Shopify, stored as an event, and only when it is news."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from app.campaigns import store as campaigns
from app.campaigns.model import ConditionSpec, Discount, OfferTerms, ProgramDraft, RuleSpec
from app.campaigns.put_program import put
from app.catalog import store as catalog
from app.catalog.model import ProductVersion, in_force
from app.flows.apply_plan import read
from app.flows.publish_offer import Publication, publish_offer
from app.flows.work import Loops
from app.kernel.errors import Retriable
from devstore.model import Collection, Product
from devstore.verbs import shelves
from devstore.verbs.create_shop import add_product
from tests.apply_files import a_file
from tests.devstore.reconciling import Scene, patience, scene

__all__ = ["patience", "scene"]

KNOWN = "catalog/reread"


@dataclass
class Reading:
    """A shop with an offer on a collection, and an app that heard no webhook."""

    scene: Scene
    summer: Collection

    def __post_init__(self) -> None:
        self.app = self.scene.app
        self.shop_id = self.scene.shop_id
        self.state = self.scene.state
        self.shop = self.scene.shop
        self.serum, self.cream = (self.shop.product_by_handle(h) for h in ("serum", "day-cream"))

    def name(self, collection: int | str) -> None:
        """Publish an offer that pays more on the collection."""
        more = RuleSpec(
            "percent", {"rate": "0.2"}, (ConditionSpec("collection", {"ids": [str(collection)]}),)
        )
        terms = OfferTerms(30, Discount(), (RuleSpec("percent", {"rate": "0.1"}), more))
        now = self.app.clock.now()
        with self.app.shop_session(self.shop_id) as session, session.begin():
            put(session, ProgramDraft("main", "Main", 30, 30), actor="test", now=now)
            program = campaigns.program(session, "main")
            asked = Publication(terms, now, agreed="all", reprice=True)
            publish_offer(session, self.app.desk, program, asked, actor="test", now=now)

    def sort(self, product: Product, *, into: bool = True) -> None:
        shelves.sort_product(self.state, self.shop, self.summer, product, into=into)

    def work(self) -> None:
        for _ in range(3):
            self.app.job_worker.run_due()
            Loops(self.app.batch_session, self.app.desk, self.app.clock).finish()

    def night(self) -> None:
        """Half a day later, so that the token has expired as well."""
        self.scene.wait(hours=12)
        self.read()
        self.work()

    def read(self) -> None:
        """What the nightly job does."""
        (job,) = (job for job in self.app.jobs if job.name == "catalog.reread")
        job.handler(shop_id=self.shop_id, collection=None)

    def events(self) -> int:
        with self.app.platform_session() as session:
            asked = text("select count(*) from inbox where topic = :t and state = 'done'")
            return int(session.execute(asked, {"t": KNOWN}).scalar_one())

    def versions(self, product: Product) -> list[ProductVersion]:
        with self.app.shop_session(self.shop_id) as session:
            return catalog.versions(session, [(self.shop_id, product.id)]).get((self.shop_id, product.id), [])

    def was_in(self, product: Product, at: datetime) -> bool:
        facts = in_force(self.versions(product), at)
        return facts is not None and str(self.summer.id) in facts.collections


@pytest.fixture
def reading(scene: Scene) -> Reading:
    made = Reading(scene, shelves.create_collection(scene.state, scene.shop, "Summer"))
    made.sort(made.serum)
    return made


def test_an_offer_that_names_a_collection_has_it_read_once_it_is_published(reading: Reading) -> None:
    before = reading.app.clock.now() - timedelta(days=9)
    reading.name(reading.summer.id)
    reading.work()
    assert reading.was_in(reading.serum, reading.app.clock.now())
    assert reading.was_in(reading.serum, before)
    assert reading.versions(reading.cream) == []
    assert reading.events() == 1


def test_what_is_as_it_was_is_not_stored_again(reading: Reading) -> None:
    reading.name(reading.summer.id)
    reading.work()
    for _ in range(2):
        reading.night()
    assert reading.events() == 1
    assert len(reading.versions(reading.serum)) == 1


def test_who_joins_later_was_not_in_it_before_and_who_leaves_was(reading: Reading) -> None:
    reading.name(reading.summer.id)
    reading.work()
    published = reading.app.clock.now()
    reading.sort(reading.cream)
    reading.sort(reading.serum, into=False)
    reading.night()
    night = reading.app.clock.now()
    known = [(p, reading.was_in(p, at)) for p in (reading.serum, reading.cream) for at in (published, night)]
    assert known == [
        (reading.serum, True),
        (reading.serum, False),
        (reading.cream, False),
        (reading.cream, True),
    ]


def test_a_deleted_product_and_a_deleted_collection_hold_nothing(reading: Reading) -> None:
    reading.name(reading.summer.id)
    reading.sort(reading.cream)
    reading.work()
    shelves.delete_product(reading.state, reading.shop, reading.cream)
    reading.night()
    assert not reading.was_in(reading.cream, reading.app.clock.now())
    shelves.delete_collection(reading.state, reading.shop, reading.summer)
    reading.night()
    assert not reading.was_in(reading.serum, reading.app.clock.now())
    assert reading.events() == 3
    reading.night()
    assert reading.events() == 3


def test_a_collection_that_shopify_does_not_have_holds_nobody(reading: Reading) -> None:
    reading.name("999")
    reading.work()
    assert reading.events() == 0
    with reading.app.shop_session(reading.shop_id) as session:
        assert list(catalog.listed(session, reading.shop_id)) == ["999"]


@pytest.mark.parametrize("trouble", ["throttle_next", "fail_next"])
def test_a_run_that_breaks_half_way_is_begun_again_and_finds_the_rest(reading: Reading, trouble: str) -> None:
    with reading.state.quiet():
        for n in range(30):
            made = add_product(reading.state, reading.shop, f"P{n}", Decimal(5))
            reading.sort(made)
    reading.name(reading.summer.id)
    switches = reading.scene.api
    calls, asked = 0, reading.app.admin_api.http.post

    def post(*given: Any, **more: Any) -> Any:
        """The third question of the run gets no answer."""
        nonlocal calls
        calls += 1
        setattr(switches, trouble, 99 if calls >= 3 else 0)
        return asked(*given, **more)

    reading.app.admin_api.http.post = post  # type: ignore[method-assign]
    with pytest.raises(Retriable):
        reading.read()
    setattr(switches, trouble, 0)
    reading.app.admin_api.http.post = asked  # type: ignore[method-assign]
    Loops(reading.app.batch_session, reading.app.desk, reading.app.clock).finish()
    assert reading.events() == 1
    with reading.app.shop_session(reading.shop_id) as session:
        assert catalog.listed(session, reading.shop_id) == {}
        assert len(catalog.held_in(session, reading.shop_id, str(reading.summer.id))) == 25
    reading.work()
    with reading.app.shop_session(reading.shop_id) as session:
        assert len(catalog.held_in(session, reading.shop_id, str(reading.summer.id))) == 31
    assert reading.events() == 2


def test_what_still_waits_in_the_inbox_is_heard_before_anything_is_compared(reading: Reading) -> None:
    reading.name(reading.summer.id)
    reading.read()
    asked = reading.scene.calls()
    reading.read()
    assert reading.scene.calls() == asked
    waiting = "select task_name from procrastinate_jobs where task_name like 'catalog.%' and status = 'todo'"
    assert [row.task_name for row in reading.scene.rows(waiting)] == ["catalog.reread"]
    reading.work()
    assert reading.events() == 1


def test_at_night_shops_whose_offers_name_collections_are_asked_and_no_others(reading: Reading) -> None:
    (nightly,) = (job for job in reading.app.jobs if job.name == "catalog.reread_all")
    queued = "select args from procrastinate_jobs where queueing_lock like 'catalog.reread % nightly'"
    nightly.handler()
    assert reading.scene.rows(queued) == []
    reading.name(reading.summer.id)
    for _ in range(2):
        nightly.handler()
    assert [row.args for row in reading.scene.rows(queued)] == [
        {"shop_id": reading.shop_id, "collection": None}
    ]


def test_a_file_whose_offer_names_a_collection_has_it_read(reading: Reading) -> None:
    rule = {
        "kind": "percent",
        "rate": "0.2",
        "when": [{"kind": "collection", "ids": [str(reading.summer.id)]}],
    }
    file = a_file(reading.shop.domain, creators=[])
    file["programs"][0]["offer"]["rules"].append(rule)
    plan = read(json.dumps(file).encode())
    reading.app.applier(plan, offline=False, reprice=True, now=reading.app.clock.now())
    reading.work()
    assert reading.was_in(reading.serum, reading.app.clock.now())


def test_a_product_in_many_collections_is_read_page_by_page(reading: Reading) -> None:
    for n in range(30):
        more = shelves.create_collection(reading.state, reading.shop, f"C{n}")
        shelves.sort_product(reading.state, reading.shop, more, reading.serum, into=True)
    reading.name(reading.summer.id)
    reading.work()
    (version,) = reading.versions(reading.serum)
    assert version.collections is not None
    assert len(version.collections) == 31
