"""The control routes that both pretend payment providers have: script, notices, what was sent."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Protocol

from flask import Flask, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from devstore.control.body import apply, body
from devstore.model import Refused
from devstore.provider_post import Post
from devstore.provider_script import OUTCOMES, Script, Step
from devstore.state import State


class Provider(Protocol):
    """A pretend provider, as far as the control API goes."""

    state: State
    script: Script
    post: Post

    def sent(self) -> list[dict[str, Any]]:
        """What each recipient holds, per currency."""

    def forget(self) -> None:
        """Begin again with nothing."""


def register(app: Flask, name: str, world: Provider) -> None:
    """`/_control/NAME/...`, `/pretend/NAME/sent` and a card on the control page."""
    shown: dict[str, Provider] = app.extensions.setdefault("providers", {})
    shown[name] = world
    app.jinja_env.globals["providers"] = shown
    app.jinja_env.globals["outcomes"] = OUTCOMES

    def rule(path: str, view: Callable[[], ResponseReturnValue], method: str) -> None:
        app.add_url_rule(path, f"{name}:{method}:{path}", view, methods=[method])

    def write() -> ResponseReturnValue:
        with world.state.lock:
            step = world.script.add(body(Step.__dataclass_fields__))
        return jsonify(asdict(step)), 201

    def erase() -> ResponseReturnValue:
        world.script.steps.clear()
        return jsonify(script=[])

    def sent() -> ResponseReturnValue:
        with world.state.lock:
            return jsonify(world.sent())

    def forget() -> ResponseReturnValue:
        with world.state.lock:
            world.forget()
        return jsonify(script=[])

    rule(f"/_control/forms/providers/{name}", lambda: _written(world), "POST")
    rule(f"/_control/{name}/script", write, "POST")
    rule(f"/_control/{name}/script", lambda: jsonify(world.script.shown()), "GET")
    rule(f"/_control/{name}/script", erase, "DELETE")
    rule(f"/_control/{name}/reset", forget, "POST")
    rule(f"/pretend/{name}/sent", sent, "GET")
    _notice_rules(rule, name, world.post)


def _written(world: Provider) -> ResponseReturnValue:
    """What the form on the control page says, as a step."""
    names = ("outcome", "code", "becomes", "receiver")
    try:
        with world.state.lock:
            world.script.add({name: request.form.get(name, "").strip() for name in names})
        flash("The next payment goes as you wrote.")
    except Refused as refusal:
        flash(refusal.message)
    return redirect("/_control/", code=303)


def _notice_rules(
    rule: Callable[[str, Callable[[], ResponseReturnValue], str], None], name: str, post: Post
) -> None:
    def switches() -> ResponseReturnValue:
        apply(post.switches, body())
        return jsonify(asdict(post.switches))

    def deliver() -> ResponseReturnValue:
        given = body({"turned", "copies", "again"})
        if "again" in given:
            return jsonify([one.shown() for one in post.again(given["again"])])
        sent = post.deliver(turned=bool(given.get("turned")), copies=int(given.get("copies", 1)))
        return jsonify([one.shown() for one in sent])

    def settle() -> ResponseReturnValue:
        post.settle()
        return jsonify([one.shown() for one in post.log])

    rule(f"/_control/{name}/webhooks", switches, "POST")
    rule(f"/_control/{name}/webhooks", lambda: jsonify([one.shown() for one in post.log]), "GET")
    rule(f"/_control/{name}/webhooks/deliver", deliver, "POST")
    rule(f"/_control/{name}/webhooks/settle", settle, "POST")
