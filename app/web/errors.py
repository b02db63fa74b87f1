"""The edge where errors become answers: kind decides the status, the message is the sentence."""

import logging

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from app.db.engine import DatabaseError
from app.db.faults import is_transient
from app.kernel.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Permanent,
    Retriable,
    TributeError,
    Unknown,
)
from app.shopify.errors import NeedsReauth, NotInstalled

log = logging.getLogger(__name__)

_KINDS: tuple[tuple[type[TributeError], int, str], ...] = (
    (NotInstalled, 403, "Tribute is not installed"),
    (NeedsReauth, 403, "Tribute must be opened again"),
    (Invalid, 422, "This cannot be accepted"),
    (NotFound, 404, "Not found"),
    (Conflict, 409, "This clashes with something"),
    (Forbidden, 403, "Not allowed"),
    (Retriable, 503, "Please try again in a moment"),
    (Permanent, 502, "Another service refused"),
    (Unknown, 502, "Another service did not answer"),
)
"""The first kind that fits. A view that shows a form again handles Invalid by itself."""


def answer_errors(app: Flask) -> None:
    """Answer every error of the app with a status and a sentence; never with a stack trace."""
    app.register_error_handler(TributeError, _answer_ours)
    app.register_error_handler(DatabaseError, _answer_database)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(InternalServerError, _answer_fault)


def status_of(error: TributeError) -> tuple[int, str]:
    """The HTTP status and the heading for an error of ours."""
    for kind, status, title in _KINDS:
        if isinstance(error, kind):
            return status, title
    return 500, "Something went wrong"


def _answer_ours(error: TributeError) -> Response:
    status, title = status_of(error)
    answer = _page(status, title, str(error))
    if isinstance(error, Retriable):
        answer.headers["Retry-After"] = str(error.after_seconds or 5)
    return answer


def _answer_database(error: Exception) -> Response:
    if not is_transient(error):
        return _answer_fault(InternalServerError(original_exception=error))
    log.error("the database failed: %s", error)
    answer = _page(503, "Please try again in a moment", "The database does not answer right now.")
    answer.headers["Retry-After"] = "5"
    return answer


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    sentence = f"There is no page {request.path[:80]!r}." if status == 404 else str(error.description)  # noqa: PLR2004
    return _page(status, error.name.capitalize(), sentence)


def _answer_fault(error: InternalServerError) -> Response:
    log.error("a page failed", exc_info=error.original_exception or error)
    return _page(
        500, "Something went wrong", "This is a fault of ours. It was written down; please try again."
    )


def _page(status: int, title: str, sentence: str) -> Response:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    if best == "application/json":
        return make_response(jsonify({"error": {"title": title, "message": sentence}}), status)
    page = current_app.config.get("ERROR_PAGE", "platform/error.html")
    return make_response(render_template(page, title=title, sentence=sentence), status)
