"""What the play needs before it begins: an empty folder, free ports, keys, the devstore, one clock for all."""

import base64
import contextlib
import os
import secrets
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from devstore.clock import Clock
from devstore.demo.processes import DemoError
from devstore.mailbox import Mailbox
from devstore.seed import demo_shops
from devstore.server import Running, running
from devstore.state import AppConfig, State
from devstore.webhooks.app_toml import configured

TICK_SECONDS = 0.25
COURIERS = 4


@dataclass(frozen=True)
class Stage:
    """The running devstore, and the environment of the app's processes."""

    devstore: Running
    app_url: str
    environment: dict[str, str]
    data: Path
    box: Mailbox
    """Everybody's mail."""

    @property
    def state(self) -> State:
        """All that the devstore remembers."""
        return self.devstore.state


@contextlib.contextmanager
def stage(port: int, data: Path) -> Iterator[Stage]:
    """Set everything up on loopback. Raises DemoError in a sentence when a port is taken."""
    _free(port)
    _free(port + 1)
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    app_url = f"http://127.0.0.1:{port}"
    secret = secrets.token_hex(24)
    config = configured(
        AppConfig(client_id="tribute-demo", client_secret=secret, url=app_url), Path("shopify.app.toml")
    )
    state = State(
        app=replace(config, url=app_url), clock=Clock(file=data / "clock"), salt=secrets.token_hex(8)
    )
    demo_shops(state)
    box = Mailbox()
    mail_server = box.start()
    try:
        with running(state, port + 1, workers=COURIERS, box=box) as devstore, _ticking(state.clock):
            environment = _environment(devstore.url, app_url, config, data) | {"SMTP_URL": mail_server}
            yield Stage(devstore, app_url, environment, data, box)
    finally:
        box.stop()


def _free(port: int) -> None:
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise DemoError(
                f"Port {port} is taken ({error.strerror}). The demo needs it and the one above; "
                f"move it with: make demo PORT=9000"
            ) from None
        except OverflowError:
            raise DemoError(f"{port} is no port; choose one between 1024 and 65000.") from None


@contextlib.contextmanager
def _ticking(clock: Clock) -> Iterator[None]:
    """Lend the devstore's clock to the app, so that moving it on the control page moves both."""
    over = threading.Event()

    def tick() -> None:
        while not over.wait(TICK_SECONDS):
            clock.tell()

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _environment(devstore: str, app_url: str, config: AppConfig, data: Path) -> dict[str, str]:
    """Of the app's processes. Nothing of the caller's own Tribute or Shopify settings gets through."""
    ours = ("TRIBUTE_", "SHOPIFY_", "STRIPE_", "PAYPAL_", "SMTP_", "DATABASE_URL")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return inherited | {
        "TRIBUTE_DATA": str(data.resolve()),
        "TRIBUTE_URL": app_url,
        "TRIBUTE_SECRET_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "TRIBUTE_CLOCK_FILE": str((data / "clock").resolve()),
        "SHOPIFY_API_KEY": config.client_id,
        "SHOPIFY_API_SECRET": config.client_secret,
        "SHOPIFY_ADMIN_ORIGIN": devstore,
        "SHOPIFY_CDN_ORIGIN": devstore,
        "STRIPE_API_BASE": f"{devstore}/pretend/stripe",
        "PAYPAL_API_BASE": f"{devstore}/pretend/paypal",
    }
