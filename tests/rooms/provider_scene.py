"""The whole app, connected to the pretend providers over HTTP, and they to it."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import requests
from sqlalchemy import text
from werkzeug.serving import WSGIRequestHandler, make_server

from app.config import Settings
from app.flows import connect_provider
from app.flows.connect_provider import Typed
from app.flows.payout_run import Ways
from app.kernel.clock import FixedClock
from app.payouts.details import paypal as paypal_account
from app.payouts.hosted import StripeAccount
from app.payouts.provider import AsksThem, Provider, Recipient
from app.payouts.ways import Way
from app.shopify.session_token import verify
from app.wiring import Wiring, build
from app.wsgi import Application
from devstore import seed
from devstore.oauth import mint_id_token
from devstore.paypal.world import CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID
from devstore.server import Running, running
from devstore.state import State
from devstore.stripe.world import FINANCIAL_ACCOUNT, KEY, SECRET
from devstore.verbs.install import install
from tests.conftest import NOW
from tests.rooms.payout_scene import Scene
from tests.world import World

STRIPE = {"mode": "connect", "api_key": KEY, "signing_secret": SECRET, "financial_account": ""}
GLOBALLY = STRIPE | {"mode": "global_payouts", "financial_account": FINANCIAL_ACCOUNT}
PAYPAL = {
    "mode": "sandbox", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "webhook_id": WEBHOOK_ID,
    "batch_size": "",
}  # fmt: skip
READY = Ways(dict.fromkeys(Way), {"paypal": 500})


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own name
        """Say nothing."""


@dataclass
class Town(Scene):
    """A scene with real providers: what they did is asked at them."""

    devstore: Running | None = None
    url: str = ""

    def control(self, path: str, body: Any = None) -> Any:
        assert self.devstore is not None
        method = "GET" if body is None else "POST"
        return requests.request(method, f"{self.devstore.url}/_control{path}", json=body, timeout=30).json()

    def script(self, provider: str, **step: Any) -> None:
        self.control(f"/{provider}/script", step)

    def received(self, provider: str) -> dict[str, Any]:
        assert self.devstore is not None
        rows = requests.get(f"{self.devstore.url}/pretend/{provider}/sent", timeout=9).json()
        return {row["recipient"]: row["amount"] for row in rows}

    def connect(self, provider: str, values: dict[str, str], **more: Any) -> str:
        """Enter keys; the path of its webhooks, which the pretend provider uses from now on."""
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            typed = Typed(provider, values, **more)
            connect_provider.connect(
                session, self.wiring.cashier, self.wiring.connector, typed, actor="Ida", now=self.now
            )
            path = connect_provider.webhook_path(session, provider)
        self.control(f"/{provider}/webhooks", {"path": path})
        return path

    def provider(self, name: str) -> Provider:
        return self.wiring.cashier.providers(self.shop_id)[name]

    def by_stripe(self, handle: str) -> str:
        """An account that is ready, and is where the creator is paid."""
        asks: object = self.provider("stripe")
        assert isinstance(asks, AsksThem)
        made = asks.open_account(
            Recipient(handle, f"{handle}@example.com", "DE", "EUR", is_company=False), uuid4()
        )
        self.control(f"/stripe/accounts/{made}", {"status": "active"})
        self.details(handle, StripeAccount(made, "DE"))
        return made

    def by_paypal(self, handle: str) -> str:
        self.details(handle, paypal_account(f"{handle}@example.com", "DE"))
        return f"{handle}@example.com"

    def pay(self) -> None:
        """One round of the worker."""
        self.wiring.payout_worker.round(self.shop_id)

    def wait(self, pause: timedelta) -> None:
        """Time passes here and at the providers."""
        super().wait(pause)
        self.control("/clock", {"set": self.now.isoformat()})

    def told(self, provider: str) -> list[Any]:
        """Let webhooks arrive and the worker take them; the answers that the provider got."""
        notices = self.control(f"/{provider}/webhooks/settle", {})
        self.world.work()
        self.wiring.job_worker.run_due()
        return [answer for one in notices for answer in one["answers"]]

    def events(self) -> list[str]:
        with self.wiring.platform_session() as session:
            return list(session.execute(text("select topic from inbox order by id")).scalars())


def _of(state: State, settings: Settings) -> Settings:
    return replace(settings, shopify_api_key=state.app.client_id, shopify_api_secret=state.app.client_secret)


def _install(wiring: Wiring, state: State) -> None:
    shop = state.shop(seed.LUMEN)
    install(state, shop)
    now, known = wiring.clock.now(), wiring.settings
    raw = mint_id_token(state, shop)
    wiring.installer(verify(raw, api_key=known.shopify_api_key, secrets=known.api_secrets, now=now), now)


@contextmanager
def town(settings: Settings, *, scopes: Collection[str] = (), **changes: Any) -> Iterator[Town]:
    """A shop with two creators, the devstore beside it, and the app listening to it.

    With scopes the app is installed in the devstore's shop of that name, which grants them.
    """
    state = State()
    seed.demo_shops(state)
    state.app = replace(state.app, scopes=frozenset(scopes))
    with running(state) as devstore:
        bases = {one: f"{devstore.url}/pretend/{one}" for one in ("stripe", "paypal")}
        known = replace(
            _of(state, settings), shopify_admin_origin=devstore.url, provider_bases=bases, **changes
        )
        wiring = build(known, FixedClock(NOW))
        application = Application(wiring)
        server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            made = Town(
                wiring, World(wiring), {}, devstore=devstore, url=f"http://127.0.0.1:{server.server_port}"
            )
            devstore.state.app = replace(devstore.state.app, url=made.url)
            made.wait(timedelta(0))
            if scopes:
                _install(wiring, state)
            for handle in ("mara", "theo"):
                made.world.creator(handle, f"{handle.upper()}10")
            yield made
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            application.close()
            wiring.http.close()
            wiring.provider_http.close()
            wiring.engine.dispose()
