"""POST /pixel where there is no database at all: events are kept, and whatever is sent nothing breaks."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from app.kernel.clock import FixedClock
from app.kernel.ids import ShopId
from app.tracking import account
from app.tracking.spool.reader import portions
from app.tracking.spool.record import Seen
from app.web.pixel.route import PixelEvents
from tests.conftest import NOW

KEYS = ("a key of the tests' own",)
ACCOUNT = account.write(ShopId(7), account.account_keys(KEYS)[0])
EVENT = {"account": ACCOUNT, "id": "sh-1", "name": "page_viewed", "client": "c-1", "ref": "mara"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    events = PixelEvents(folder=tmp_path, secret_keys=KEYS, clock=FixedClock(NOW), proxies=1)
    yield Client(events)
    events.close()


def waiting(folder: Path) -> list[Seen]:
    return [one for portion in portions(folder) for one in portion.seen]


def test_an_event_is_kept_until_a_database_comes(client: Client, tmp_path: Path) -> None:
    assert client.post("/pixel", data=json.dumps(EVENT)).status_code == 204
    (kept,) = waiting(tmp_path)
    assert (kept.shop_id, kept.slug, kept.at) == (7, "mara", NOW)


def test_whatever_is_sent_nothing_breaks_and_nothing_is_repeated(client: Client, tmp_path: Path) -> None:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=40),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
        max_leaves=5,
    )
    fields = st.sampled_from([*EVENT, "click", "product", "checkout", "order", "consent", "arrived", "x"])
    told = st.dictionaries(fields, values, max_size=5).map(lambda more: json.dumps(EVENT | more).encode())

    @settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        body=told | st.binary(max_size=300),
        ip=st.ip_addresses().map(str),
        length=st.none() | st.text("0123456789-x٣", max_size=6),
        method=st.sampled_from(["POST", "POST", "POST", "GET", "PUT", "OPTIONS"]),
    )
    def property_(body: bytes, ip: str, length: str | None, method: str) -> None:
        more: dict[str, Any] = {} if length is None else {"environ_overrides": {"CONTENT_LENGTH": length}}
        answer = client.open("/pixel", method=method, data=body, headers={"X-Forwarded-For": ip}, **more)
        assert answer.status_code in {204, 400, 403, 405, 411, 413, 429}
        assert b"<" not in answer.data
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    property_()
    assert all(one.click_id is None for one in waiting(tmp_path))
