"""Files that people send and get back: checked as they come in, and never shown as a page."""

from contextlib import closing

from flask import Response, request

from app.kernel.errors import NotFound
from app.messages.model import Attachment, attachment


def attached() -> Attachment | None:
    """The file that the form brought, if any. Raises BadFile."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return None
    with closing(sent):  # What is large lies in a file of the machine's.
        return attachment(sent.filename, sent.read())


def as_file(found: Attachment | None) -> Response:
    """The answer that is kept as a file. Raises NotFound."""
    if found is None:
        raise NotFound("There is no such file.")
    answer = Response(found.content, content_type=found.kind)
    answer.headers.set("Content-Disposition", "attachment", filename=found.name)
    return answer


def pdf_file(body: bytes, name: str) -> Response:
    """A PDF that is kept as a file of that name."""
    answer = Response(body, content_type="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
