"""A published offer changes what its discount is: Shopify follows, nothing is half-done, and a kill changes nothing."""

from typing import Any

import pytest
from sqlalchemy import text

from app.campaigns.discount import DiscountKind
from app.flows import retire_codes
from app.flows.retire_codes import RetireCodes
from app.shopify.errors import UserError, UserErrors
from app.tracking.model import CodeState
from app.wiring import Wiring
from tests.apply_files import a_file, apply
from tests.pretend_discounts import Killed
from tests.rooms.test_issue_code import Scene

CODES = ("MARA10", "MARA-VIP", "MARA-X")
FREE = {"free_shipping": True}
EACH = {"percent": "10", "usage_limit": 5, "limit_per_code": True}


@pytest.fixture
def scene(wiring: Wiring) -> Scene:
    return Scene(wiring)


def wants(scene: Scene, discount: dict[str, Any] | None, *codes: str) -> None:
    file = a_file()
    file["creators"][0]["codes"] = list(codes or CODES)
    file["programs"][0]["offer"]["discount"] = discount
    if discount is None:
        del file["programs"][0]["offer"]["discount"]
    apply(scene.wiring, file, offline=False, reprice=True)


def refusals(scene: Scene) -> list[str | None]:
    with scene.wiring.shop_session(scene.shop) as session:
        return list(session.scalars(text("select refusal from discount_nodes order by id")))


def test_another_kind_is_another_discount_with_the_same_codes(scene: Scene) -> None:
    wants(scene, {"percent": "10"})
    scene.run()
    wants(scene, FREE)
    scene.run()
    ((gid, terms),) = scene.shelf.terms.items()
    assert terms.kind is DiscountKind.FREE_SHIPPING
    assert scene.shelf.codes == dict.fromkeys(CODES, gid)
    assert set(scene.states()) == {CodeState.ACTIVE}


@pytest.mark.parametrize("target", [FREE, EACH])
@pytest.mark.parametrize(
    "moment",
    ["before create", "after create", "before delete", "after delete", "before add", "after add",
     "before remove", "after remove"],
)  # fmt: skip
def test_a_worker_killed_while_it_changes_the_kind_is_carried_on(
    scene: Scene, moment: str, target: dict[str, Any]
) -> None:
    wants(scene, {"percent": "10"})
    scene.run()
    wants(scene, target)
    scene.shelf.fail[moment] = Killed()
    try:
        scene.run()
    except Killed:
        scene.run()
    assert set(scene.states()) == {CodeState.ACTIVE}
    assert set(scene.shelf.codes) == set(CODES)
    assert len(scene.shelf.terms) == (1 if target is FREE else 3)


def test_a_kind_that_shopify_refuses_leaves_the_old_discount_and_says_why(scene: Scene) -> None:
    wants(scene, {"percent": "10"})
    scene.run()
    before = dict(scene.shelf.codes)
    wants(scene, FREE)
    scene.shelf.fail["before create"] = UserErrors("x", [UserError("a", "INVALID", "No shipping here.")])
    scene.run()
    assert scene.shelf.codes == before
    assert ["No shipping here." in (why or "") for why in refusals(scene)] == [True]
    wants(scene, {"percent": "10"})
    scene.run()
    assert refusals(scene) == [None]


def test_new_values_that_shopify_refuses_leave_the_old_ones_and_say_why(scene: Scene) -> None:
    wants(scene, {"percent": "10"})
    scene.run()
    wants(scene, {"percent": "10", "products": ["99"]})
    error = UserErrors("x", [UserError("a", "INVALID", "Discount must apply to existing products")])
    scene.shelf.fail["before update"] = error
    scene.run()
    assert "existing products" in (refusals(scene)[0] or "")
    assert set(scene.states()) == {CodeState.ACTIVE}
    scene.run()
    assert refusals(scene) == [None]
    assert scene.shelf.named[-1] == {"gets.products": ["99"]}


def test_each_code_has_its_own_discount_where_the_limit_is_of_each(scene: Scene) -> None:
    wants(scene, EACH)
    scene.run()
    assert len(scene.shelf.terms) == 3
    assert len(set(scene.shelf.codes.values())) == 3
    scene.shelf.asked.clear()
    scene.run()
    assert scene.shelf.asked == []
    wants(scene, EACH | {"usage_limit": 9})
    scene.run()
    assert {terms.given.usage_limit for terms in scene.shelf.terms.values()} == {9}
    wants(scene, {"percent": "10"})
    scene.run()
    assert len(scene.shelf.terms) == 1
    assert set(scene.states()) == {CodeState.ACTIVE}


def test_a_code_that_ends_takes_its_own_discount_with_it(scene: Scene) -> None:
    wants(scene, EACH)
    scene.run()
    with scene.wiring.shop_session(scene.shop) as session, session.begin():
        ended = text("update codes set valid_to = :now where code = 'MARA10'")
        session.execute(ended, {"now": scene.wiring.clock.now()})
    RetireCodes(scene.wiring.shop_session, lambda _: scene.shelf, scene.wiring.clock)(shop_id=scene.shop)
    assert set(scene.shelf.codes) == {"MARA-VIP", "MARA-X"}
    assert len(scene.shelf.terms) == 2
    assert retire_codes.JOB not in scene.jobs()[-1:]


def test_an_offer_that_takes_nothing_off_any_more_ends_the_discount_until_it_does_again(scene: Scene) -> None:
    wants(scene, {"percent": "10"})
    scene.run()
    wants(scene, None)
    scene.run()
    assert scene.shelf.ended == {"node/1"}
    scene.shelf.asked.clear()
    scene.run()
    assert scene.shelf.asked == []
    wants(scene, {"percent": "10"})
    scene.run()
    assert scene.shelf.asked == ["update"]


def test_the_code_of_a_creator_who_moved_stays_with_the_discount_that_carries_it(scene: Scene) -> None:
    wants(scene, {"percent": "10"})
    scene.run()
    file = a_file()
    file["programs"].append({**file["programs"][0], "handle": "vip"})
    file["creators"][0] |= {"program": "vip", "codes": list(CODES)}
    apply(scene.wiring, file, offline=False, reprice=True)
    scene.run()
    wants_of_main(scene, FREE)
    scene.run()
    ((gid, terms),) = scene.shelf.terms.items()
    assert terms.kind is DiscountKind.FREE_SHIPPING
    assert scene.shelf.codes == dict.fromkeys(CODES, gid)
    assert set(scene.states()) == {CodeState.ACTIVE}


def wants_of_main(scene: Scene, discount: dict[str, Any]) -> None:
    """Another discount of the program that the creator has left; the file says nothing of creators."""
    file = a_file(creators=[])
    file["programs"][0]["offer"]["discount"] = discount
    apply(scene.wiring, file, offline=False, reprice=True)
