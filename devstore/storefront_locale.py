"""The language of a storefront: `?locale=` chooses it and a cookie keeps it; a real shop has a folder for each, such as /de."""

from flask import request
from werkzeug.wrappers import Response

LOCALES = ("en", "de", "fr", "es", "nl", "ar")
RIGHT_TO_LEFT = frozenset({"ar"})
_COOKIE = "shop_locale"


def storefront_locale() -> str:
    """Of the page that is asked for."""
    wanted = request.args.get("locale") or request.cookies.get(_COOKIE, "")
    return wanted if wanted in LOCALES else LOCALES[0]


def direction(locale: str) -> str:
    """Which way its lines run, for the html element."""
    return "rtl" if locale in RIGHT_TO_LEFT else "ltr"


def remember_locale(response: Response) -> Response:
    """The next page has the language that this one was asked for in."""
    if request.args.get("locale") in LOCALES:
        response.set_cookie(_COOKIE, request.args["locale"], samesite="Lax")
    return response
