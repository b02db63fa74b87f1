"""The doors of the pretend Stripe under /pretend/stripe: a base address for `stripe.StripeClient`."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from devstore import provider_control
from devstore.model import Refused
from devstore.provider_script import Answer, play
from devstore.state import State
from devstore.stripe import accounts, control, onboarding
from devstore.stripe.contract import Unfit, fits, form_of
from devstore.stripe.errors import scripted, v1_error, v2_error
from devstore.stripe.keys import LONGEST, Keys
from devstore.stripe.payments import listed, outbound_payment, reverse, transfer
from devstore.stripe.world import BALANCE, FINANCIAL_ACCOUNT, KEY, Stripe

PREFIX = "/pretend/stripe"
Act = Callable[[dict[str, Any]], Answer]


def register(app: Flask, state: State) -> Stripe:
    """Hang the API, the onboarding page and the control verbs on the devstore."""
    world = Stripe(state)
    doors = Doors(app, world)
    _transfers(doors, world)
    _outbound(doors, world)
    _core(doors, world)
    provider_control.register(app, "stripe", world)
    control.register(app, world)
    onboarding.register(app, world)
    return world


class Doors:
    """Adds routes that check key, parameters and idempotency key before they act under the state's lock."""

    def __init__(self, app: Flask, world: Stripe) -> None:
        self.app = app
        self.world = world

    def get(self, path: str, look: Callable[..., Answer], contract: str = "") -> None:
        """A question. `look` takes the parameters and what stands in the path."""

        def view(**names: str) -> Response:
            given = form_of(request.query_string.decode()) if contract else {}
            return self._safely(lambda: look(fits(contract, given, form=True) if contract else {}, **names))

        self.app.add_url_rule(PREFIX + path, f"stripe:get:{path}", view, methods=["GET"])

    def post(self, path: str, act: Callable[..., Answer], contract: str, payee: str = "") -> None:
        """A deed, done once per idempotency key. With a `payee` (dotted) it moves money, and the script has its say."""

        def view(**names: str) -> Response:
            return self._safely(lambda: self._deed(act, contract, payee, names))

        self.app.add_url_rule(PREFIX + path, f"stripe:post:{path}", view, methods=["POST"])

    def _deed(self, act: Callable[..., Answer], contract: str, payee: str, names: dict[str, str]) -> Answer:
        version = _version()
        raw = request.get_json(silent=True) if version == "v2" else form_of(request.get_data(as_text=True))
        asked = fits(contract, raw if isinstance(raw, dict) else {}, form=version == "v1")
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > LONGEST:
            return v1_error(
                400, "idempotency_key_too_long", f"An idempotency key has at most {LONGEST} signs."
            )

        def once() -> Answer:
            if not payee:
                return act(asked, **names)
            step = self.world.script.take({_at(asked, payee)})
            return play(step, lambda: act(asked, **names), lambda it: scripted(it, version))

        keys: Keys = getattr(self.world, version)
        return keys.once(key, [request.path, asked], self.world.state.now, once)

    def _safely(self, act: Callable[[], Answer]) -> Response:
        error = v1_error if _version() == "v1" else v2_error
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return error(
                401, "api_key_invalid", f"Not the key of the pretend Stripe; it is {KEY}."
            ).response()
        try:
            with self.world.state.lock:
                answer = act()
        except Unfit as problem:
            code = "parameter_unknown" if "Extra" in str(problem) else "parameter_invalid"
            answer = error(400, code, str(problem))
        except Refused as problem:
            answer = error(404, "resource_missing", problem.message)
        return answer.response()


def _version() -> str:
    return "v2" if request.path.startswith(f"{PREFIX}/v2/") else "v1"


def _at(asked: dict[str, Any], path: str) -> str:
    value: Any = asked
    for part in path.split("."):
        value = value.get(part, {})
    return str(value)


def _transfers(doors: Doors, world: Stripe) -> None:
    def find(asked: dict[str, Any]) -> Answer:
        wanted = {key: asked[key] for key in ("transfer_group", "destination") if key in asked}
        rows = [one for one in world.transfers.values() if wanted.items() <= one.items()][::-1]
        after = asked.get("starting_after")
        if after is not None:
            rows = rows[[one["id"] for one in rows].index(world.found(world.transfers, after)["id"]) + 1 :]
        limit = asked.get("limit", 10)
        page = listed(rows[:limit], "/v1/transfers") | {"has_more": len(rows) > limit}
        return Answer(200, page)

    def balance(_: dict[str, Any]) -> Answer:
        world.available.setdefault("usd", BALANCE)
        rows = [
            {"amount": held, "currency": name, "source_types": {"card": held}}
            for name, held in world.available.items()
        ]
        return Answer(200, {"object": "balance", "available": rows, "pending": [], "livemode": False})

    doors.post("/v1/transfers", lambda asked: transfer(world, asked), "transfer", "destination")
    doors.get("/v1/transfers", find, "transfers")
    doors.get("/v1/transfers/<name>", lambda _, name: Answer(200, world.found(world.transfers, name)))
    doors.post(
        "/v1/transfers/<name>/reversals",
        lambda asked, name: reverse(world, world.found(world.transfers, name), asked),
        "reversal",
    )
    doors.get("/v1/balance", balance)


def _outbound(doors: Doors, world: Stripe) -> None:
    path = "/v2/money_management/outbound_payments"

    def find(asked: dict[str, Any]) -> Answer:
        since = str(asked.get("created", {}).get("gte", "")) if isinstance(asked.get("created"), dict) else ""
        rows = [
            one
            for one in world.outbound.values()
            if asked.get("recipient", one["to"]["recipient"]) == one["to"]["recipient"]
            and one["created"] >= since
        ]
        return Answer(200, {"data": rows[::-1], "next_page_url": None, "previous_page_url": None})

    def financial_account(_: dict[str, Any], name: str) -> Answer:
        if name != FINANCIAL_ACCOUNT:
            raise Refused(f"No financial account {name!r}; it is {FINANCIAL_ACCOUNT}.", "NOT_FOUND")
        world.financial.setdefault("usd", BALANCE)
        held = {
            currency: {"value": value, "currency": currency} for currency, value in world.financial.items()
        }
        return Answer(200, {
            "id": name, "object": "v2.money_management.financial_account", "status": "open", "livemode": False,
            "balance": {"available": held, "inbound_pending": {}, "outbound_pending": {}},
        })  # fmt: skip

    doors.post(path, lambda asked: outbound_payment(world, asked), "outbound_payment", "to.recipient")
    doors.get(path, find, "outbound_payments")
    doors.get(f"{path}/<name>", lambda _, name: Answer(200, world.found(world.outbound, name)))
    doors.get("/v2/money_management/financial_accounts/<name>", financial_account)


def _core(doors: Doors, world: Stripe) -> None:
    doors.post("/v2/core/accounts", lambda asked: accounts.create(world, asked), "account")
    doors.get(
        "/v2/core/accounts/<name>",
        lambda asked, name: Answer(
            200, accounts.shown(world.found(world.accounts, name), asked.get("include", []))
        ),
        "account_read",
    )
    doors.post("/v2/core/account_links", lambda asked: accounts.link(world, asked), "account_link")
    doors.post(
        "/v2/core/event_destinations", lambda asked: accounts.destination(world, asked), "event_destination"
    )
    doors.get("/v2/core/events/<name>", lambda _, name: Answer(200, world.found(world.events, name)))
