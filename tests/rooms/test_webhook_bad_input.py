"""What is not a delivery of Shopify's is turned away with a sentence, and leaves nothing behind."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from app.web.hooks import body as body_module
from app.wiring import Wiring
from app.wsgi import Application
from tests.conftest import API_SECRET
from tests.rooms.webhooks import Answer, ask, delivery, signed

FIVE_MEGABYTES = 5 * 1024 * 1024


@pytest.fixture
def app(wiring: Wiring) -> Iterator[Application]:
    application = Application(wiring)
    yield application
    application.close()


def stored(wiring: Wiring) -> list[Any]:
    with wiring.engine.connect() as connection:
        return list(connection.execute(text("select * from inbox order by id")).mappings())


def turned_away(app: Application, wiring: Wiring, environ: dict[str, Any]) -> Answer:
    answer = ask(app, environ)
    assert stored(wiring) == []
    return answer


@pytest.mark.parametrize("name", ["HMAC_SHA256", "TOPIC", "SHOP_DOMAIN", "WEBHOOK_ID"])
@pytest.mark.parametrize("family", ["HTTP_X_SHOPIFY_", "HTTP_SHOPIFY_"])
def test_a_missing_header_is_a_400_that_names_it(
    app: Application, wiring: Wiring, family: str, name: str
) -> None:
    environ = delivery(family=family)
    del environ[family + name]
    answer = turned_away(app, wiring, environ)
    assert answer.status == "400 Bad Request"
    assert name.replace("_", "-").lower() in answer.text.lower()


@pytest.mark.parametrize("signature", ["", "x", "é", "AAAA", "=" * 44, "a" * 44])
def test_a_wrong_signature_is_a_401_and_an_empty_one_a_400(
    app: Application, wiring: Wiring, signature: str
) -> None:
    answer = turned_away(app, wiring, delivery(HMAC_SHA256=signature))
    assert answer.code == (401 if signature.isascii() and signature else 400)


def test_a_signature_over_other_bytes_is_a_401(app: Application, wiring: Wiring) -> None:
    environ = delivery(b'{"id":1}') | {"wsgi.input": io.BytesIO(b'{"id":2}')}
    assert turned_away(app, wiring, environ).code == 401


def test_a_signature_with_an_empty_secret_is_a_401(app: Application, wiring: Wiring) -> None:
    assert turned_away(app, wiring, delivery(HMAC_SHA256=signed(b"{}", ""))).code == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_a_405_that_says_which_is_allowed(
    app: Application, wiring: Wiring, method: str
) -> None:
    answer = turned_away(app, wiring, delivery() | {"REQUEST_METHOD": method})
    assert (answer.code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "domain",
    [
        "lumen.example.com",
        "lumen.myshopify.com.evil.example",
        "https://lumen.myshopify.com",
        "-lumen.myshopify.com",
        "lumen.myshopify.com/admin",
        "lu men.myshopify.com",
        ".myshopify.com",
        "lumen.myshopify.comx",
        "lumen\x00.myshopify.com",
        "l" * 300 + ".myshopify.com",
    ],
)
def test_a_shop_domain_that_is_none_is_a_400(app: Application, wiring: Wiring, domain: str) -> None:
    assert turned_away(app, wiring, delivery(SHOP_DOMAIN=domain)).code == 400


@pytest.mark.parametrize("value", ["a\x00b", "t" * 256, "caf\xe9", "a\nb"])
@pytest.mark.parametrize("name", ["TOPIC", "WEBHOOK_ID", "EVENT_ID", "API_VERSION", "TRIGGERED_AT"])
def test_a_header_that_a_column_could_not_hold_is_a_400(
    app: Application, wiring: Wiring, name: str, value: str
) -> None:
    environ = delivery() | {f"HTTP_X_SHOPIFY_{name}": value}
    assert turned_away(app, wiring, environ).code == 400


class Unread(io.BytesIO):
    """A body that must not be touched."""

    def read(self, _size: int | None = -1, /) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize("declared", [str(4 * 1024 * 1024 + 1), "9" * 4_000])
def test_a_body_declared_too_large_is_a_413_and_is_not_read(
    app: Application, wiring: Wiring, declared: str
) -> None:
    environ = delivery() | {"CONTENT_LENGTH": declared, "wsgi.input": Unread()}
    assert turned_away(app, wiring, environ).code == 413


class Endless(io.RawIOBase):
    """A chunked body that never ends; counts what was taken from it."""

    taken = 0

    def read(self, size: int = -1, /) -> bytes:
        self.taken += size
        return bytes(size)


def test_a_chunked_body_that_never_ends_is_a_413_after_four_megabytes(
    app: Application, wiring: Wiring
) -> None:
    endless = Endless()
    environ = delivery() | {"wsgi.input": endless, "wsgi.input_terminated": True}
    del environ["CONTENT_LENGTH"]
    assert turned_away(app, wiring, environ).code == 413
    assert endless.taken < FIVE_MEGABYTES


def test_a_body_without_length_or_end_is_a_411(app: Application, wiring: Wiring) -> None:
    environ = delivery()
    del environ["CONTENT_LENGTH"]
    assert turned_away(app, wiring, environ).code == 411


def test_a_body_shorter_than_declared_is_a_400(app: Application, wiring: Wiring) -> None:
    environ = delivery(b'{"id":1}') | {"CONTENT_LENGTH": "9"}
    answer = turned_away(app, wiring, environ)
    assert (answer.code, answer.text) == (400, "The body ended after 8 of 9 bytes.\n")


@pytest.mark.parametrize("declared", ["-1", "1.5", "0x10", "١٢", " 5"])
def test_a_length_that_is_no_number_is_a_400(app: Application, wiring: Wiring, declared: str) -> None:
    assert turned_away(app, wiring, delivery() | {"CONTENT_LENGTH": declared}).code == 400


class Dripping(io.BytesIO):
    """One byte at a time, as a slow or hostile sender does."""

    def read(self, _size: int | None = -1, /) -> bytes:
        return super().read(1)


def test_a_body_that_drips_for_too_long_is_a_408(
    app: Application, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(1_000))
    monkeypatch.setattr(body_module, "monotonic", lambda: next(seconds))
    environ = delivery(b"{" + b" " * 100 + b"}")
    environ["wsgi.input"] = Dripping(environ["wsgi.input"].read())
    assert turned_away(app, wiring, environ).code == 408


def test_a_body_that_comes_in_small_pieces_is_stored_whole(app: Application, wiring: Wiring) -> None:
    environ = delivery(b'{"id": 12345}')
    environ["wsgi.input"] = Dripping(environ["wsgi.input"].read())
    assert ask(app, environ).code == 200
    assert [row["body"] for row in stored(wiring)] == [b'{"id": 12345}']


def test_the_log_of_a_refusal_holds_no_body_no_signature_and_no_secret(
    app: Application, wiring: Wiring, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        turned_away(app, wiring, delivery(b"ada@example.com", HMAC_SHA256=signed(b"", "made-up")))
    written = caplog.text
    assert "orders/create" in written
    for kept_out in ("ada@example.com", signed(b"", "made-up"), API_SECRET):
        assert kept_out not in written
