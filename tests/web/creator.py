"""A creator who signs in to the portal as people do: by the link in their mail."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.wiring import Wiring

MARA = "mara@example.com"
_LINK = re.compile(r"/portal/enter/([A-Za-z0-9_-]+)")
_FORM = re.compile(r'name="form" value="([0-9a-f]{32})"')


@dataclass
class Person:
    """A browser of somebody."""

    client: FlaskClient

    def see(self, path: str) -> str:
        """A page that they may see."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, page: str, path: str, **form: Any) -> TestResponse:
        """Send a form of that page."""
        found = _FORM.search(self.client.get(page, follow_redirects=True).text)
        assert found is not None
        return self.client.post(path, data={"form": found.group(1)} | form)


def browser(portal: Flask, wiring: Wiring) -> FlaskClient:
    """A browser that says where its forms come from, as they all do."""
    client = portal.test_client()
    client.environ_base["HTTP_ORIGIN"] = wiring.settings.url
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-US"
    return client


def work(wiring: Wiring) -> None:
    """What a worker does of what was asked for; without the library's loop, which a browser in this thread forbids."""
    with wiring.platform_session() as session, session.begin():
        asked = session.execute(
            text("delete from procrastinate_jobs where task_name = 'portal.send_link' returning args")
        )
        waiting = [row.args for row in asked]
    for args in waiting:
        wiring.sign_in.send_link(**args)


def mailed_link(wiring: Wiring, shop_id: int, email: str) -> str | None:
    """The token of the newest link that was mailed to this address for that shop."""
    with wiring.shop_session(shop_id) as session:  # type: ignore[arg-type]
        body = session.scalar(
            text("select body_text from mails where kind = 'sign_in' and to_address = :to order by id desc"),
            {"to": email},
        )
    found = _LINK.search(body or "")
    return found.group(1) if found else None


def sign_in(portal: Flask, wiring: Wiring, shop_id: int, email: str) -> Person:
    """Ask for a link, read the mail, open it."""
    client = browser(portal, wiring)
    answer = client.post("/portal/sign-in", data={"email": email})
    assert answer.status_code == 303
    work(wiring)
    token = mailed_link(wiring, shop_id, email)
    assert token is not None
    assert client.post("/portal/enter", data={"token": token}).status_code == 303
    return Person(client)


def form_of(client: FlaskClient) -> str:
    """What every form of this browser's session carries."""
    found = _FORM.search(client.get("/portal", follow_redirects=True).text)
    assert found is not None
    return found.group(1)
