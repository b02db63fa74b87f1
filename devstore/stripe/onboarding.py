"""The page on which a recipient tells the pretend Stripe who they are: one button."""

from flask import Flask, redirect, render_template_string
from flask.typing import ResponseReturnValue

from devstore.stripe.world import Link, Stripe

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Pretend Stripe</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/_static/admin/admin.css">
<main class="layout single"><div class="page"><section class="card"><h1>Get paid by Stripe</h1>
<p>This is the pretend Stripe. Nothing is asked and nothing is kept.</p>
<form method="post"><button class="button primary">Finish setting up</button></form></section></div></main></html>"""


def register(app: Flask, world: Stripe) -> None:
    """GET and POST /pretend/stripe/setup/TOKEN; a used or old link goes to the app's refresh_url."""

    def open_link(token: str, *, use: bool) -> Link | None:
        link = world.links.get(token)
        if link is None or link.used or world.state.now.timestamp() >= link.expires:
            return None
        link.used = use
        return link

    def stale(token: str) -> ResponseReturnValue:
        link = world.links.get(token)
        return redirect(link.refresh_url) if link else ("There is no such link.", 404)

    # Stripe uses a link up when it is opened; here the button may still be pressed once after that.
    opened: set[str] = set()

    @app.get("/pretend/stripe/setup/<token>")
    def stripe_setup(token: str) -> ResponseReturnValue:
        with world.state.lock:
            if open_link(token, use=True) is None:
                return stale(token)
            opened.add(token)
        return render_template_string(PAGE)

    @app.post("/pretend/stripe/setup/<token>")
    def stripe_finish(token: str) -> ResponseReturnValue:
        with world.state.lock:
            if token not in opened or token not in world.links:
                return stale(token)
            opened.discard(token)
            link = world.links[token]
            world.set_capability(world.accounts[link.account], "active")
        return redirect(link.return_url or "/", 303)
