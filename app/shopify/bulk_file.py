"""The file of a bulk query, read order by order while it comes: memory holds one order, however large the file.

Children follow their parent (we ask for grouping) and name it in __parentId. A broken connection is
taken up again at the byte where it broke. Source: shopify.dev, bulk operation queries, 2026-10.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import requests

from app.kernel.errors import Permanent
from app.reconciliation.model import Stub
from app.shopify.errors import ShopifyDown
from app.shopify.http import TIMEOUT
from app.shopify.order_pages import Head

PORTION = 256 * 1024
MOST_BREAKS = 5
"""In a row, without a byte between them."""

_LINE, _PARCEL = "gid://shopify/LineItem/", "gid://shopify/ShippingLine/"


class FileGone(Permanent):
    """The address of the file is no longer good."""

    def __init__(self, status: int) -> None:
        super().__init__(f"Shopify's file of orders can't be read any more: its address answered {status}.")


class BadFile(Permanent):
    """The file is not what was asked for."""

    def __init__(self, offset: int, why: str) -> None:
        super().__init__(f"Shopify's file of orders is not readable at byte {offset}: {why}")


@dataclass
class BulkOrder:
    """One order of the file, its children unparsed until somebody wants them."""

    raw: bytes
    head: Head
    begins: int
    ends: int
    """Offsets in the file; what comes after `ends` is the next order's."""
    children: list[bytes] = field(default_factory=list)

    def stub(self) -> Stub:
        """What is compared."""
        return self.head.stub()

    def document(self) -> dict[str, Any] | None:
        """The order in the shape of order_for_commission.graphql.

        None when the file doesn't hold all of it: lines of refunds can't be asked for in bulk, and an
        order without any line has lost them.
        """
        order: dict[str, Any] = msgspec.json.decode(self.raw)
        nodes: dict[str, list[Any]] = {"lineItems": [], "shippingLines": [], "discountApplications": []}
        for child in map(msgspec.json.decode, self.children):
            child.pop("__parentId")
            nodes[_connection(child.get("id", ""))].append(child)
        if order["refunds"] or not nodes["lineItems"]:
            return None
        return order | {name: {"nodes": found} for name, found in nodes.items()}


class _Child(msgspec.Struct):
    parent: str | None = msgspec.field(default=None, name="__parentId")


_heads = msgspec.json.Decoder(Head)
_children = msgspec.json.Decoder(_Child)


def orders(
    http: requests.Session, url: str, *, offset: int, whole: bool, pause_ms: Callable[[int], None]
) -> Iterator[BulkOrder]:
    """The orders of the file from that byte on. `whole` False: of a part, whose last order may lack children.

    Raises FileGone, BadFile, and ShopifyDown when the connection breaks again and again.
    """
    held: BulkOrder | None = None
    for line, begins, ends in _lines(http, url, offset, pause_ms):
        try:
            parent = _children.decode(line).parent
            if parent is None:
                fresh = BulkOrder(line, _heads.decode(line), begins, ends)
        except msgspec.MsgspecError as error:
            raise BadFile(begins, str(error)) from None
        if parent is not None:
            if held is None or held.head.id != parent:
                raise BadFile(begins, f"a part of {parent[:80]!r} does not follow it.")
            held.children.append(line)
            held.ends = ends
            continue
        if held is not None:
            yield held
        held = fresh
    if held is not None and whole:
        yield held


def _lines(
    http: requests.Session, url: str, offset: int, pause_ms: Callable[[int], None]
) -> Iterator[tuple[bytes, int, int]]:
    """Each line with the offsets where it begins and where the next one does."""
    rest, at = b"", offset
    for portion in _portions(http, url, offset, pause_ms):
        *lines, rest = (rest + portion).split(b"\n")
        for line in lines:
            begins, at = at, at + len(line) + 1
            if line:
                yield line, begins, at
    if rest:
        yield rest, at, at + len(rest)


def _portions(
    http: requests.Session, url: str, offset: int, pause_ms: Callable[[int], None]
) -> Iterator[bytes]:
    """The bytes from `offset` on, taken up again where the connection breaks."""
    breaks = 0
    while True:
        try:
            for portion in _download(http, url, offset):
                offset, breaks = offset + len(portion), 0
                yield portion
        except requests.RequestException:
            breaks += 1
            if breaks > MOST_BREAKS:
                raise ShopifyDown("a file of orders", "the connection broke again and again") from None
            pause_ms(min(250 << breaks, 5000))
        else:
            return


def _download(http: requests.Session, url: str, offset: int) -> Iterator[bytes]:
    # Offsets are counted in the bytes as they are: no compression on the way.
    headers = {"Range": f"bytes={offset}-", "Accept-Encoding": "identity"}
    with http.get(url, headers=headers, stream=True, timeout=TIMEOUT, allow_redirects=False) as answer:
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            return
        _refuse(answer)
        skip = 0 if answer.status_code == requests.codes.partial_content else offset
        for portion in answer.iter_content(PORTION):
            if skip < len(portion):
                yield portion[skip:]
            skip = max(0, skip - len(portion))


def _refuse(answer: requests.Response) -> None:
    """Raise FileGone for a refusal that stands, RequestException for one that may pass."""
    status = answer.status_code
    if status in {requests.codes.ok, requests.codes.partial_content}:
        return
    if status >= requests.codes.server_error or status in {408, 429}:
        raise requests.ConnectionError(f"it answered {status}")
    raise FileGone(status)


def _connection(gid: str) -> str:
    if gid.startswith(_LINE):
        return "lineItems"
    return "shippingLines" if gid.startswith(_PARCEL) else "discountApplications"
