"""Clock, app, throttling, ID tokens, state as a whole, scenarios."""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from devstore import seed
from devstore.clock import rfc3339
from devstore.control.body import apply, body, instant
from devstore.graphql.endpoint import AdminApi
from devstore.model import Refused
from devstore.oauth import mint_id_token, permanent_token
from devstore.scenarios import SCENARIOS
from devstore.state import State
from devstore.switches import Switches
from devstore.verbs.create_shop import subscribe
from devstore.webhooks.courier import Courier


def register(app: Flask, state: State, courier: Courier, api: AdminApi) -> None:
    """Routes about the platform itself."""

    @app.get("/_control/state")
    def show_state() -> ResponseReturnValue:
        with state.lock:
            return jsonify(
                now=rfc3339(state.now),
                shops=sorted(state.shops),
                app={
                    "client_id": state.app.client_id,
                    "url": state.app.url,
                    "scopes": sorted(state.app.scopes),
                },
                deliveries=courier.counts(),
                api_calls=api.calls,
            )

    _reset_route(app, state, courier, api)
    _app_routes(app, state)
    _time_routes(app, state)
    _token_routes(app, state)
    _scenario_routes(app, state)


def _reset_route(app: Flask, state: State, courier: Courier, api: AdminApi) -> None:
    @app.post("/_control/reset")
    def reset() -> ResponseReturnValue:
        given = body({"shops"})
        with state.lock:
            courier.clear()
            state.shops.clear()
            state.subscriptions.clear()
            for forget in state.forgetters:
                forget()
            state.switches = Switches()
            api.buckets.clear()
            if given.get("shops", "demo") == "demo":
                seed.demo_shops(state)
        return jsonify(shops=sorted(state.shops))


def _app_routes(app: Flask, state: State) -> None:
    @app.post("/_control/app")
    def configure() -> ResponseReturnValue:
        given = body({"url", "client_id", "client_secret", "handle", "title", "scopes", "topics"})
        topics = given.pop("topics", None)
        if "scopes" in given:
            given["scopes"] = frozenset(given["scopes"])
        with state.lock:
            state.app = replace(state.app, **given)
            if topics is not None:
                subscribe(state, topics)
        return jsonify(url=state.app.url, topics=[s.topic for s in state.app.subscriptions])

    @app.post("/_control/api")
    def api_switches() -> ResponseReturnValue:
        with state.lock:
            apply(state.switches.api, body())
        return jsonify(asdict(state.switches.api))

    @app.post("/_control/protected_data")
    def protected_data() -> ResponseReturnValue:
        state.switches.protected_data = bool(body({"approved"}).get("approved", True))
        return jsonify(approved=state.switches.protected_data)


def _scenario_routes(app: Flask, state: State) -> None:
    @app.get("/_control/scenarios")
    def scenarios() -> ResponseReturnValue:
        return jsonify({name: one.__doc__ for name, one in SCENARIOS.items()})

    @app.post("/_control/scenarios/<name>")
    def scenario(name: str) -> ResponseReturnValue:
        given = body({"shop", "codes"})
        if name not in SCENARIOS:
            raise Refused(f"There is no scenario {name!r}; scenarios: {', '.join(SCENARIOS)}.", "NOT_FOUND")
        shop = state.shop(given.get("shop", "lumen.myshopify.com"))
        with state.lock:
            made: dict[str, Any] = SCENARIOS[name](state, shop, given.get("codes", []))
        return jsonify(made)


def _time_routes(app: Flask, state: State) -> None:
    @app.get("/_control/clock")
    def clock() -> ResponseReturnValue:
        return jsonify(now=rfc3339(state.now), stands=state.clock.stands_at is not None)

    @app.post("/_control/clock")
    def set_clock() -> ResponseReturnValue:
        given = body({"set", "move_seconds", "run"})
        with state.lock:
            wanted = instant(given, "set")
            if wanted is not None:
                state.clock.set(wanted)
            if "move_seconds" in given:
                state.clock.move(timedelta(seconds=given["move_seconds"]))
            if given.get("run"):
                state.clock.run()
        return jsonify(now=rfc3339(state.now), stands=state.clock.stands_at is not None)


def _token_routes(app: Flask, state: State) -> None:
    @app.post("/_control/id_token")
    def id_token() -> ResponseReturnValue:
        given = body({"shop", "user_id", "claims"})
        shop = state.shop(given["shop"])
        claims = dict(given.get("claims", {}))
        with state.lock:
            if "user_id" in given:
                claims["sub"] = str(given["user_id"])
            return jsonify(id_token=mint_id_token(state, shop, **claims))

    @app.post("/_control/permanent_token")
    def old_token() -> ResponseReturnValue:
        with state.lock:
            return jsonify(access_token=permanent_token(state, state.shop(body({"shop"})["shop"])))
