"""Who a page is for. Every route says it; one that does not is refused, and the access-matrix test fails."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask
from werkzeug.routing import Rule

from app.shops.staff import Role

View = TypeVar("View", bound=Callable[..., Any])


class Audience(StrEnum):
    """Who may call a route."""

    MERCHANT = "merchant"
    """Staff of one shop, proved by an ID token of Shopify's; `g.shop` says which."""
    CREATOR = "creator"
    """A person who signed in to the portal; `g.signed` says who. Only the portal's own pages."""
    PUBLIC = "public"
    """Anybody. Shows nothing of any shop."""
    DEVONLY = "devonly"
    """Anybody, and only beside the devstore; elsewhere the route does not exist."""


class UndeclaredAudienceError(RuntimeError):
    """A route that does not say whom it is for: a fault of ours, found by the access-matrix test."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"The route {endpoint!r} declares no audience; put @audience(...) on its view.")


def audience(who: Audience, *, needs: Role | None = None) -> Callable[[View], View]:
    """Declare whom a view is for. Stands below @app.route.

    `needs`: the least role of a merchant's staff. Unless it says: seeing takes none, writing a manager.
    """

    def declare(view: View) -> View:
        view.__dict__["audience"] = who
        view.__dict__["needs"] = needs
        return view

    return declare


def audience_of(app: Flask, endpoint: str) -> Audience:
    """Whom the route is for. Raises UndeclaredAudienceError. Files in static/ are for anybody."""
    if endpoint.rpartition(".")[2] == "static":
        return Audience.PUBLIC
    who = getattr(app.view_functions[endpoint], "audience", None)
    if not isinstance(who, Audience):
        raise UndeclaredAudienceError(endpoint)
    return who


def needs_of(app: Flask, endpoint: str, method: str) -> Role:
    """The least role that may ask this of a merchant's page."""
    declared = getattr(app.view_functions[endpoint], "needs", None)
    if isinstance(declared, Role):
        return declared
    return Role.VIEWER if method in {"GET", "HEAD", "OPTIONS"} else Role.MANAGER


def every_route(app: Flask) -> Iterator[tuple[Rule, Audience]]:
    """All routes with their audience, for the access-matrix test. Raises UndeclaredAudienceError."""
    for rule in app.url_map.iter_rules():
        yield rule, audience_of(app, rule.endpoint)
