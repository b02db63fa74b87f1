"""What stories do in the creators' portal: ask for a link, read the mail, open it."""

import re
from dataclasses import dataclass

from playwright.sync_api import Page
from sqlalchemy import text

from tests.stories.house import House

_LINK = re.compile(r"/portal/enter/[A-Za-z0-9_-]+")


@dataclass
class Portal:
    """A creator at their browser."""

    house: House
    page: Page
    handle: str

    @property
    def here(self) -> str:
        return f"{self.house.app_url}/portal/lumen/{self.handle}"

    @property
    def email(self) -> str:
        return f"{self.handle}@example.com"

    def sign_in(self) -> None:
        """By the form and the link in the newest mail."""
        known = len(self.mails("sign_in"))
        self.page.goto(f"{self.house.app_url}/portal/sign-in?again=1")
        self.page.get_by_label("E-mail").fill(self.email)
        self.page.get_by_role("button", name="Send me a link").click()
        self.page.wait_for_url("**/sent")
        self.house.until(lambda: len(self.mails("sign_in")) > known, "the mail with the link")
        found = _LINK.search(self.mails("sign_in")[-1])
        assert found is not None
        self.page.goto(self.house.app_url + found[0])
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"**/portal/lumen/{self.handle}**")

    def see(self, path: str = "") -> Page:
        """A page of theirs."""
        self.page.goto(self.here + path)
        return self.page

    def mails(self, kind: str) -> list[str]:
        """The texts of the mails of that kind to this creator, the oldest first."""
        query = text("select body_text from mails where kind = :kind and to_address = :to order by id")
        with self.house.wiring.shop_session(self.house.shop_id) as session:
            return list(session.scalars(query, {"kind": kind, "to": self.email}))
