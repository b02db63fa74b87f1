"""The Flask app of everything that is a page. Called by app.wsgi with the wiring."""

from decimal import Decimal
from functools import partial
from typing import Any, Protocol

from babel import Locale
from flask import Flask, g, request
from jinja2 import StrictUndefined

from app.flows.cashier import Cashier
from app.flows.connector import Connector
from app.flows.desk import Desk
from app.kernel.clock import instant
from app.shops.staff import Role
from app.web import admin
from app.web.admin.timeline import told
from app.web.assets import FOR_A_YEAR, LARGEST_FORM, build_of
from app.web.auth import auth
from app.web.blueprints import blueprints
from app.web.charts import sparkline
from app.web.errors import answer_errors
from app.web.guard import CurrentShop, Gate, protect, role
from app.web.numbers import bound_numbers
from app.web.visit import DONE, Word, address, format_of, now


class Parts(Protocol):
    """What pages need of the wiring."""

    @property
    def gate(self) -> Gate:
        """The door."""

    @property
    def desk(self) -> Desk:
        """What writes reach for besides the database."""

    @property
    def cashier(self) -> Cashier:
        """What each shop can pay with."""

    @property
    def connector(self) -> Connector:
        """Reaches providers by keys."""


def create_app(wiring: Parts) -> Flask:
    """All pages, each behind the door and with its audience declared."""
    app = Flask(__name__)
    app.config |= {"MAX_CONTENT_LENGTH": LARGEST_FORM, "SEND_FILE_MAX_AGE_DEFAULT": FOR_A_YEAR}
    app.extensions["tribute.desk"] = wiring.desk
    app.extensions["tribute.cashier"] = wiring.cashier
    app.extensions["tribute.connector"] = wiring.connector
    bound_numbers(app)
    protect(app, wiring.gate)
    answer_errors(app)
    _dress(app, wiring.gate)
    for blueprint in [auth, *blueprints(admin)]:
        app.register_blueprint(blueprint)
    return app


def _dress(app: Flask, gate: Gate) -> None:
    """Give templates what every page needs. An undefined name is a bug and is told, not shown as nothing."""
    build = build_of()
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "sparkline": sparkline,
        "tag": _tag,
        "parsed": instant,
        "decimal": Decimal,
        "told": told,
    }
    app.jinja_env.globals |= {
        "url": address,
        "build": build,
        # The build is in the address, so that a browser may keep the file for ever.
        "asset": partial("/static/{1}?v={0}".format, build),
        "api_key": gate.api_key,
        "cdn": gate.cdn_origin,
        "short_link": f"{gate.url}/r/{{0}}".format,
        "app_url": gate.url,
        "may": lambda needed: role().may(Role(needed)),
        # The admin speaks English; a form that creators see, too, is written with gettext's mark.
        "_": str,
    }
    app.context_processor(_of_request)


def _of_request() -> dict[str, Any]:
    """What a page knows from its request; nothing on pages that belong to no shop."""
    shop: CurrentShop | None = g.get("shop")
    if shop is None:
        return {}
    return {
        "fmt": format_of(shop),
        "shop": shop,
        "word": Word(shop.creator_word),
        "now": now(),
        "toast": DONE.get(request.args.get("done", "")),
        "live": False,
    }


def _tag(locale: Locale) -> str:
    return str(locale).replace("_", "-")
