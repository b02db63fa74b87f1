"""XML from outside: no document types, no entities, no more bytes or depth than a bank ever sends."""

from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from app.kernel.errors import Invalid

LARGEST_BYTES = 20_000_000
_DEEPEST = 64


class UnreadableFile(Invalid):
    """A file that is no bank's answer, or is made to harm its reader."""


def tree(body: bytes) -> Element:
    """The root of the document. Raises UnreadableFile, before anything is expanded."""
    if len(body) > LARGEST_BYTES:
        raise UnreadableFile(
            f"The file has {len(body)} bytes and {LARGEST_BYTES} are read at most. Ask the bank for a file for each day."
        )
    try:
        return _parsed(body)
    except DefusedXmlException:
        why = "it holds a document type or entities, which no bank writes"
    except (ParseError, ValueError, LookupError) as problem:
        why = f"it is no well-formed XML ({str(problem)[:80]})"
    raise UnreadableFile(f"The file was not read: {why}. Download it from the bank again.")


def _parsed(body: bytes) -> Element:
    depth = 0
    top: Element | None = None
    for event, element in iterparse(BytesIO(body), events=("start", "end"), forbid_dtd=True):
        depth += 1 if event == "start" else -1
        top = element if top is None else top
        if depth > _DEEPEST:
            raise ValueError(f"more than {_DEEPEST} elements inside each other")
    if top is None:
        raise ValueError("no element")
    return top


def name(element: Element) -> str:
    """The tag without its namespace: every version of a message has its own."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element, *path: str) -> Iterator[Element]:
    """All elements at that path below."""
    if not path:
        yield element
        return
    for child in element:
        if name(child) == path[0]:
            yield from children(child, *path[1:])


def first(element: Element, *path: str) -> Element | None:
    """The first element at that path."""
    return next(children(element, *path), None)


def text(element: Element, *path: str) -> str:
    """The text at that path, '' when there is none."""
    found = first(element, *path)
    return "" if found is None else (found.text or "").strip()
