"""A creator of the demo signs in to the portal, as a person does: by the link in their mail."""

import re
import time

import requests

from devstore.demo.processes import DemoError
from devstore.demo.stage import Stage

EMAIL = "jun@creators.example"
PAGES = {
    "/portal/lumen/jun": "Next payout",
    "/portal/lumen/jun/sales": "Sales",
    "/portal/lumen/jun/links": "Make a link",
    "/portal/lumen/jun/earnings": "Before",
    "/portal/lumen/jun/payouts": "account is locked",
    "/portal/lumen/jun/details": "What is known",
    "/portal/lumen/jun/account": "Profile",
    "/portal/lumen/jun/profile": "Followers",
    "/portal/lumen/jun/terms": "Version",
    "/portal/lumen/jun/messages": "Write to the shop",
    "/portal/lumen/jun/security": "Signed in",
    "/portal/lumen/jun/data": "Take it along",
}
"""With what must stand there."""
SECONDS = 20
_LINK = re.compile(r"/portal/enter/([A-Za-z0-9_-]+)")


def signed_in(stage: Stage) -> requests.Session:
    """Jun's browser. Raises DemoError where no link comes."""
    session = requests.Session()
    session.headers["Origin"] = stage.app_url
    session.post(f"{stage.app_url}/portal/sign-in", data={"email": EMAIL}, timeout=SECONDS)
    for _ in range(SECONDS * 4):
        found = next((m for mail in stage.box.to(EMAIL) if (m := _LINK.search(mail.text))), None)
        if found is not None:
            session.post(f"{stage.app_url}/portal/enter", data={"token": found[1]}, timeout=SECONDS)
            return session
        time.sleep(0.25)
    raise DemoError(f"No link to the portal was mailed to {EMAIL} within {SECONDS} seconds.")
