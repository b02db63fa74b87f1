"""Whatever strangers and creators send, the portal answers in a sentence and never breaks."""

import re
from urllib.parse import quote

import pytest
from flask import Flask

from app.web.audience import Audience, every_route
from app.wiring import Wiring
from tests.hostile import MARK, SIGN
from tests.web.creator import Person, browser, form_of
from tests.web.shop import Shop
from tests.web.test_portal_access import address

NASTY = (
    MARK, "", "\x00", "a\x00b@example.com", "é" * 32, "😀", "%00", "../mara", "https://[bad", "//evil.example/x", "9" * 400,
    "-1", "1e9", "javascript:alert(1)", "x\r\nBcc: a@b.example", "{{7*7}}",
)  # fmt: skip
OWN = {"shop": "lumen", "creator": "mara"}
_HOLE = re.compile(r"<(?:\w+:)?(\w+)>")
FIELDS = (
    "form", "email", "to", "token", "language", "channel", "answer", "body", "order", "way", "iban", "paypal_email", "name",
    "about", "country", "interests", "at_tiktok", "followers_tiktok", "handle", "gives_up", "ticket", "kind", "signed_on",
)  # fmt: skip


@pytest.mark.parametrize("nasty", NASTY)
def test_no_address_and_no_field_breaks_a_page(
    portal: Flask, wiring: Wiring, world: Shop, mara: Person, nasty: str
) -> None:
    form = form_of(mara.client)
    before = world.everything()["payout_details"]
    for rule, _ in every_route(portal):
        if rule.endpoint in {"sign_in.leave", "sign_in.enter"}:
            continue
        path = _HOLE.sub(lambda m: OWN.get(m.group(1), quote(nasty or "x", safe="")), rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            sent = dict.fromkeys(FIELDS, nasty) | {"form": form}
            answer = mara.client.open(path, method=method, data=sent if method == "POST" else None)
            assert answer.status_code < 500, (method, path, nasty)
            assert SIGN not in answer.data, (method, path)
    assert world.everything()["payout_details"] == before


@pytest.mark.parametrize("nasty", NASTY)
def test_no_secret_of_a_form_and_no_name_in_an_address_breaks_the_door(
    portal: Flask, wiring: Wiring, mara: Person, nasty: str
) -> None:
    for whose in ({"shop": nasty or "x", "creator": "mara"}, {"shop": "lumen", "creator": nasty or "x"}):
        for rule, who in every_route(portal):
            if (
                who is Audience.CREATOR
                and {"shop", "creator"} == set(rule.arguments)
                and "GET" in (rule.methods or ())
            ):
                assert mara.client.get(address(portal, rule, whose)).status_code == 404
    assert mara.client.post("/portal/sign-out", data={"form": nasty}).status_code == 403
    asking = browser(portal, wiring)
    asking.set_cookie("tribute", "A" * 3900)
    assert asking.post("/portal/enter", data={"token": nasty}).status_code == 410
    assert asking.post("/portal/sign-in", data={"email": nasty}).status_code == 422
    asked = asking.get("/portal/sign-in", query_string={"to": nasty, "done": nasty})
    assert asked.status_code == 200
    assert SIGN not in asked.data
