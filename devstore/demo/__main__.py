"""Start the demo and keep it until Ctrl-C; with --check, open every address once and stop."""

import argparse
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

from devstore.demo.actions import yesterdays_visits
from devstore.demo.addresses import addresses, check
from devstore.demo.episodes import episodes
from devstore.demo.payouts import colleagues, enter_details, pay
from devstore.demo.processes import App, DemoError
from devstore.demo.proof import prove
from devstore.demo.shops import SHOPS, fill, open_shops
from devstore.demo.stage import Stage, stage

DAY = timedelta(days=1)


def main() -> int:
    """Run the demo. 0 when it ended as it should, 1 with a sentence when it could not start or a check failed."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=8000, help="where the app listens (the devstore: one above)"
    )
    parser.add_argument("--check", action="store_true", help="open every address once, then stop")
    parser.add_argument("--data", type=Path, default=Path(".tribute/demo"), help="emptied at every start")
    asked = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with stage(asked.port, asked.data) as set_up, App(set_up.environment, asked.port) as app:
            return _play(set_up, app, stop, only_check=asked.check)
    except DemoError as problem:
        print(problem, file=sys.stderr)
        return 1


def _play(set_up: Stage, app: App, stop: threading.Event, *, only_check: bool) -> int:
    _say("Starting the database, the app and a worker ...")
    # Payout details are held for three days, and clicks are paid when their day is over: the demo begins before both.
    set_up.state.clock.move(-5 * DAY)
    app.start()
    open_shops(set_up, app)
    enter_details(set_up, set_up.state.shop(SHOPS[0].domain))
    set_up.state.clock.move(4 * DAY)
    yesterdays_visits(set_up.app_url)
    set_up.state.clock.move(DAY)
    for shop in SHOPS:
        _say(f"A year of orders for {shop.domain} ...")
        fill(set_up, app, shop)
    _say("A leaked code, disputes, an exchange, and what people decided ...")
    episodes(set_up, app, SHOPS[0].domain)
    pay(set_up, app, set_up.state.shop(SHOPS[0].domain))
    colleagues(set_up, set_up.state.shop(SHOPS[0].domain))
    found = addresses(set_up)
    if only_check:
        return max(check(set_up, found), prove(app))
    _say("\nReady. Ctrl-C ends all of it.\n")
    for name, url in found.items():
        _say(f"  {name:<18} {url}")
    while not stop.wait(0.5):
        app.raise_if_gone()
    _say("\nStopping ...")
    return 0


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
