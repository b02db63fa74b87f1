"""Thousands of creators in one file: the database is asked as often as for a few."""

from typing import Any

import pytest

from app.audit.store import decisions
from app.campaigns.crediting import CreditPolicy, policy_at
from app.creators import store as creators
from app.flows.apply_cells import BadFile
from app.kernel.change import Change
from app.storefront.model import Landing
from app.storefront.store import landings
from app.tracking import store as tracking
from app.wiring import Wiring
from tests.apply_files import FILE, NOTHING, a_file, apply, shop_id
from tests.statements import asked
from tests.tenants import NOW


def a_creator(number: int) -> dict[str, Any]:
    handle = f"creator-{number}"
    return {
        "handle": handle,
        "email": f"{handle}@example.com",
        "program": "main",
        "codes": [{"code": f"CODE{number}", "credit": "only_with_click" if number % 2 else "always"}],
        "links": [{"slug": handle, "to": "/", "channel": "instagram"}],
        "page": {"words": f"Number {number}", "products": ["serum"]},
    }


def many(count: int, **more: Any) -> dict[str, Any]:
    return a_file(creators=[a_creator(number) for number in range(count)], **more)


def test_a_file_of_hundreds_asks_no_more_than_one_of_two(wiring: Wiring) -> None:
    apply(wiring, FILE)
    with asked(wiring) as for_two:
        apply(wiring, many(2))
    with asked(wiring) as for_hundreds:
        apply(wiring, many(500))
    with asked(wiring) as again:
        said = apply(wiring, many(500)).to_json()
    assert len(for_hundreds) <= len(for_two)
    assert len(again) < len(for_two)
    assert said["created"] == said["changed"] == NOTHING


def test_each_of_many_is_logged_as_if_a_person_had_added_them(wiring: Wiring) -> None:
    apply(wiring, many(3))
    with wiring.shop_session(shop_id(wiring)) as session:
        log = {(d.kind, d.subject): d.facts for d in decisions(session)}
        codes = tracking.every_code(session)
    assert log["creator.invited", "creator-2"]["email"] == "creator-2@example.com"
    assert log["creator.enrolled", "creator-2"] == {"program": "main"}
    assert log["code.assigned", "CODE2"] == {"creator": "creator-2", "program": "main", "code": "CODE2"}
    assert log["code.credit_policy", "CODE1"] == {"credit": "only_with_click", "from": None}
    assert ("code.credit_policy", "CODE2") not in log
    assert log["link.created", "creator-2"]["to"] == "/"
    policies = [policy_at(code.policies, NOW) for code in codes]
    assert policies == [CreditPolicy.ALWAYS, CreditPolicy.ONLY_WITH_CLICK, CreditPolicy.ALWAYS]


@pytest.mark.parametrize(
    ("number", "change", "path", "why"),
    [
        (412, {"codes": ["mara10"]}, "creators[412].codes[0]", "'mara'"),
        (
            77,
            {"links": [{"slug": "mara", "to": "/", "channel": "blog"}]},
            "creators[77].links[0].slug",
            "'mara'",
        ),
        (499, {"program": "vip"}, "creators[499].program", "'vip'"),
    ],
)
def test_one_that_is_refused_among_hundreds_is_named_and_nobody_is_added(
    wiring: Wiring, number: int, change: dict[str, Any], path: str, why: str
) -> None:
    apply(wiring, FILE)
    file = many(500)
    file["creators"][number] |= change
    with pytest.raises(BadFile) as refused:
        apply(wiring, file)
    assert refused.value.path == path
    assert why in str(refused.value)
    with wiring.shop_session(shop_id(wiring)) as session:
        assert [code.folded for code in tracking.every_code(session)] == ["MARA10"]


def test_a_page_in_the_store_is_made_changed_and_left_alone(wiring: Wiring) -> None:
    def said(**page: Any) -> tuple[object, object]:
        file = a_file()
        file["creators"][0]["page"] = page
        done = apply(wiring, file)
        return done.by_change[Change.CREATED]["creators"], done.by_change[Change.CHANGED]["creators"]

    picture = "https://cdn.example.com/mara.jpg"
    assert said(picture=picture, products=["serum", "/products/cream"]) == (["mara"], [])
    assert said(picture=picture, products=["serum", "cream"]) == ([], [])
    assert said(live=False) == ([], ["mara"])
    assert apply(wiring, FILE).by_change[Change.CHANGED]["creators"] == []
    with wiring.shop_session(shop_id(wiring)) as session:
        mara = creators.creator(session, "mara")
        assert landings.landing(session, mara.id) == Landing()
        told = [d.facts for d in decisions(session) if d.kind == "landing.changed"]
    assert [facts["products"] for facts in told] == [["serum", "cream"], []]


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ({"picture": "http://insecure.example.com/a.jpg"}, "creators[0].page.picture"),
        ({"products": ["serum"] * 2 + ["no good!"]}, "creators[0].page.products[2]"),
        ({"live": "yes"}, "creators[0].page.live"),
        ({"color": "red"}, "creators[0].page.color"),
    ],
)
def test_what_no_page_can_hold_is_refused_by_its_path(wiring: Wiring, page: Any, path: str) -> None:
    file = a_file()
    file["creators"][0]["page"] = page
    with pytest.raises(BadFile) as refused:
        apply(wiring, file)
    assert refused.value.path == path
