"""How the demo's creators are paid: details entered days ago, and a run by three ways of which one payout fails."""

import re
from collections.abc import Mapping

import requests

from devstore.demo.processes import App, DemoError
from devstore.demo.stage import Stage
from devstore.model import Shop
from devstore.pages_embed import STAFF, id_token
from devstore.paypal.world import CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID
from devstore.stripe.world import KEY, SECRET
from devstore.verbs.customers import add_customer
from devstore.verbs.install import set_scopes

SECONDS = 60
CREDIT = frozenset(
    {"write_store_credit_account_transactions", "read_store_credit_accounts", "read_customers"}
)
TOLD = {"mail_to": "payouts@lumen.example"}
REFUSED_OR_DONE = frozenset({200, 303})
BANK = {"sepa_name": "Lumen Skincare BV", "iban": "NL91ABNA0417164300", "town": "Utrecht", "country": "NL"}
KEYS: Mapping[str, Mapping[str, str]] = {
    "stripe": {"mode": "connect", "api_key": KEY, "signing_secret": SECRET},
    "paypal": {
        "mode": "sandbox", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "webhook_id": WEBHOOK_ID,
    },
}  # fmt: skip
"""Of the pretend providers."""
DETAILS: Mapping[str, Mapping[str, str]] = {
    "mara": {"way": "sepa", "iban": "DE89370400440532013000"},
    "sofia": {"way": "sepa", "iban": "ES9121000418450200051332"},
    "ama": {"way": "paypal", "paypal_email": "ama@payee.example", "paypal_country": "GB"},
    "jun": {"way": "paypal", "paypal_email": "jun@payee.example", "paypal_country": "US"},
    "theo": {"way": "manual", "note": "Paid with the invoice he sends."},
    "liam": {"way": "uk_bank", "sort_code": "20-00-00", "uk_account": "55779911"},
}
"""As they were entered. Jun's PayPal account is locked, so that payout fails; Liam's UK account takes pounds only, so a run in euros says why he is not paid."""


def enter_details(stage: Stage, shop: Shop) -> None:
    """The shop's own account, and where creators want to be paid. Raises DemoError."""
    merchant = _Merchant(stage, shop)
    merchant.post("/payouts/settings/bank", BANK)
    for provider, keys in KEYS.items():
        merchant.post(f"/payouts/settings/providers/{provider}", keys)
        merchant.post(f"/payouts/settings/providers/{provider}/test", {})
        path = re.search(rf"/webhooks/{provider}/[\w-]+", merchant.get("/payouts/settings"))
        if path is None:
            raise DemoError(f"The page of settings shows no webhook address for {provider}.")
        _control(stage, f"/{provider}/webhooks", {"path": path[0]})
    locked = {"becomes": "FAILED", "receiver": "jun@payee.example", "reason": "RECEIVER_ACCOUNT_LOCKED"}
    _control(stage, "/paypal/script", locked)
    _paid_in_the_shop(stage, merchant, shop)
    for handle, typed in DETAILS.items():
        merchant.post(f"/creators/{handle}/payout/details", typed)


def _paid_in_the_shop(stage: Stage, merchant: "_Merchant", shop: Shop) -> None:
    """Noor shops here herself: she is paid in store credit, for which the merchant grants two permissions."""
    if shop.install is None:
        raise DemoError(f"The app is not installed on {shop.domain}.")
    set_scopes(stage.state, shop, {*shop.install.scopes, *CREDIT})
    noor = add_customer(stage.state, shop, "noor@creators.example", first_name="Noor", last_name="Haddad")
    merchant.post("/creators/noor/payout/details", {"way": "store_credit", "customer": str(noor.id)})


def pay(stage: Stage, app: App, shop: Shop) -> None:
    """A run is approved and its file written; one payout by hand is marked. Raises DemoError."""
    merchant = _Merchant(stage, shop)
    merchant.post("/payouts/settings", {"cadence": "never", "minimum": "20"} | TOLD)
    run = merchant.begun()
    merchant.post(f"/payouts/runs/{run}/approval", {})
    app.run("worker", "--until-idle")
    _control(stage, "/paypal/webhooks/settle", {})
    app.run("worker", "--until-idle")
    shown = merchant.get(f"/payouts/runs/{run}")
    by_hand = re.search(r'/payouts/(\d+)"><bdi>Th', shown)
    if by_hand is None:
        raise DemoError("The demo's run has no payout to Théo.")
    merchant.post(f"/payouts/{by_hand[1]}/words", {"verb": "paid", "said": "Invoice 2026-11"})
    merchant.post("/payouts/settings", {"cadence": "monthly", "minimum": "20"} | TOLD)


def colleagues(stage: Stage, shop: Shop) -> None:
    """Sam pays creators, Vera only looks; whoever is chosen in the top bar of the admin is who opens the app."""
    for who in ("staff", "viewer"):
        _Merchant(stage, shop, who).get("/")
    owner = _Merchant(stage, shop)
    for who, role in (("owner", "owner"), ("staff", "manager"), ("viewer", "viewer")):
        owner.post(f"/staff/{STAFF[who].id}", {"role": role, "name": STAFF[who].name})


def _control(stage: Stage, path: str, said: Mapping[str, str]) -> None:
    answer = requests.post(f"{stage.devstore.url}/_control{path}", json=dict(said), timeout=SECONDS)
    if not answer.ok:
        raise DemoError(f"/_control{path} answered {answer.status_code}: {answer.text[:300]}")


class _Merchant:
    """Whoever has the app open in the admin."""

    def __init__(self, stage: Stage, shop: Shop, who: str = "owner") -> None:
        self._url = stage.app_url
        self._headers = {"Authorization": f"Bearer {id_token(stage.state, shop, STAFF[who])}"}

    def get(self, path: str) -> str:
        return requests.get(f"{self._url}{path}", headers=self._headers, timeout=SECONDS).text

    def post(self, path: str, form: Mapping[str, str]) -> requests.Response:
        answer = requests.post(
            f"{self._url}{path}", data=form, headers=self._headers, timeout=SECONDS, allow_redirects=False
        )
        if answer.status_code not in REFUSED_OR_DONE:
            said = re.search(r'class="problem" role="alert">(.*?)<', answer.text)
            raise DemoError(f"{path} answered {answer.status_code}: {said[1] if said else answer.text[:300]}")
        return answer

    def begun(self) -> str:
        """The number of a run that was just begun."""
        return self.post("/payouts/runs", {}).headers["Location"].rpartition("/")[2].partition("?")[0]
