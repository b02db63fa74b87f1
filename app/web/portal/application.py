"""The portal as an application of its own: other people, another cookie, another policy than the admin's."""

from functools import partial
from pathlib import Path
from typing import Any, Protocol

from babel.support import NullTranslations
from flask import Flask, g, request
from flask_babel import Babel, Domain, get_locale
from jinja2 import StrictUndefined

from app.flows.cashier import Cashier
from app.flows.desk import Desk
from app.flows.passkeys import Passkeys
from app.flows.sign_in import SignIn
from app.identities.model import form_token
from app.kernel.clock import instant
from app.languages import LANGUAGES, translations
from app.web import portal
from app.web.assets import FOR_A_YEAR, LARGEST_FORM, build_of
from app.web.blueprints import blueprints
from app.web.charts import sparkline
from app.web.errors import answer_errors
from app.web.guard import Gate
from app.web.numbers import bound_numbers
from app.web.portal.door import Door, protect
from app.web.portal.toasts import done_text
from app.web.portal.visit import Shops, format_of, language, locale, place
from app.web.portal.words import WORDS

WEB = Path(__file__).parents[1]


class Parts(Protocol):
    """What the portal needs of the wiring."""

    @property
    def gate(self) -> Gate:
        """How shops are found and opened."""

    @property
    def sign_in(self) -> SignIn:
        """How creators get in."""

    @property
    def desk(self) -> Desk:
        """What writes reach for besides the database."""

    @property
    def cashier(self) -> Cashier:
        """What each shop can pay with."""


def create_portal(wiring: Parts, *, proxies: int) -> Flask:
    """All pages of the portal, each behind its door and with its audience declared."""
    app = Flask(__name__, template_folder=str(WEB / "templates"), static_folder=None)
    app.config |= {"MAX_CONTENT_LENGTH": LARGEST_FORM, "SEND_FILE_MAX_AGE_DEFAULT": FOR_A_YEAR}
    app.config["ERROR_PAGE"] = "portal/error.html"
    gate = wiring.gate
    app.extensions["tribute.shops"] = Shops(gate.find_shop, gate.open_session, gate.clock)
    app.extensions["tribute.sign_in"] = wiring.sign_in
    app.extensions["tribute.passkeys"] = passkeys = Passkeys(
        wiring.sign_in.open_platform, wiring.sign_in, gate.clock, gate.url
    )
    app.extensions["tribute.desk"] = wiring.desk
    app.extensions["tribute.cashier"] = wiring.cashier
    protect(app, Door(wiring.sign_in, gate.url, proxies))
    bound_numbers(app)
    answer_errors(app)
    _speak(app)
    _dress(app, gate, are_keys_possible=passkeys.are_possible)
    for blueprint in blueprints(portal):
        app.register_blueprint(blueprint)
    return app


class _Catalogues(Domain):  # type: ignore[misc]
    """Our catalogues are read as translators write them; nothing is compiled before a start."""

    def get_translations(self) -> NullTranslations:
        return translations(get_locale().language)


def _speak(app: Flask) -> None:
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    babel = Babel(app, locale_selector=language, timezone_selector=lambda: "UTC")
    babel.domain_instance = _Catalogues()


def _dress(app: Flask, gate: Gate, *, are_keys_possible: bool) -> None:
    """Give templates what every page needs. An undefined name is a bug and is told, not shown as nothing."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {"sparkline": sparkline, "parsed": instant}
    app.jinja_env.globals |= {
        "asset": partial("/static/{1}?v={0}".format, build_of()),
        "short_link": f"{gate.url}/r/{{0}}".format,
        "languages": LANGUAGES,
        "words": WORDS,
        "are_keys_possible": are_keys_possible,
        "text_direction": lambda: locale().text_direction,
        "language": language,
    }
    app.context_processor(_of_request)


def _of_request() -> dict[str, Any]:
    """What a page knows from its request."""
    signed, here = g.get("signed"), g.get("place")
    known: dict[str, Any] = {
        "signed": signed,
        "form_token": form_token(g.secret) if signed else "",
        "toast": done_text(request.args.get("done", "")),
        "here": None,
    }
    if here is not None:
        handle, shop = here
        known |= {"here": place(shop, handle), "shop": shop, "handle": handle, "fmt": format_of(shop)}
    return known
