"""Reading a request's body exactly, and never more of it than we are willing to hold."""

from time import monotonic
from typing import Any
from wsgiref.types import InputStream

from app.kernel.errors import Invalid

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes; no webhook of Shopify's comes near it."""

LONGEST_SECONDS = 10.0
"""How long a sender may take over its body: Shopify itself gives the whole request 5 seconds."""

PIECE = 256 * 1024


class TurnedAway(Invalid):
    """A request that is answered with an error status and a sentence."""

    def __init__(self, status: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def read_body(environ: dict[str, Any]) -> bytes:
    """The whole body, byte for byte. Raises TurnedAway when it is too large, too short or too slow.

    A server that has undone chunked transfer says `wsgi.input_terminated`; elsewhere a body
    without a length has no end that could be trusted.
    """
    declared: str = environ.get("CONTENT_LENGTH") or ""
    stream: InputStream = environ["wsgi.input"]
    if declared:
        return _exactly(stream, _length(declared))
    if environ.get("wsgi.input_terminated"):
        return _to_the_end(stream)
    raise TurnedAway("411 Length Required", "A request without a Content-Length cannot be read here.")


def _length(declared: str) -> int:
    if not (declared.isascii() and declared.isdigit()):
        raise TurnedAway("400 Bad Request", f"Content-Length {declared[:20]!r} is not a number of bytes.")
    if len(declared) > len(str(LARGEST_BODY)) or int(declared) > LARGEST_BODY:
        raise _too_large()
    return int(declared)


def _exactly(stream: InputStream, length: int) -> bytes:
    body = _pieces(stream, length)
    if len(body) != length:
        raise TurnedAway("400 Bad Request", f"The body ended after {len(body)} of {length} bytes.")
    return body


def _to_the_end(stream: InputStream) -> bytes:
    body = _pieces(stream, LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise _too_large()
    return body


def _pieces(stream: InputStream, most: int) -> bytes:
    """Up to `most` bytes; less only when the sender has ended the body, or has gone away."""
    give_up_at = monotonic() + LONGEST_SECONDS
    read: list[bytes] = []
    missing = most
    while missing:
        try:
            piece = stream.read(min(missing, PIECE))
        except OSError:  # The connection broke: what has come so far is no body.
            break
        if not piece:
            break
        read.append(piece)
        missing -= len(piece)
        if missing and monotonic() > give_up_at:
            raise TurnedAway(
                "408 Request Timeout", f"The body took longer than {LONGEST_SECONDS:.0f} seconds."
            )
    return read[0] if len(read) == 1 else b"".join(read)


def _too_large() -> TurnedAway:
    return TurnedAway(
        "413 Content Too Large",
        f"The body is larger than {LARGEST_BODY // 1024 // 1024} MiB; it was not read.",
    )
