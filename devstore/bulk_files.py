"""GET /_bulk/<shop>/<id>.jsonl: the file of a bulk query, whole or from a byte on, as an object store serves it."""

import os
import re
from collections.abc import Iterator

from flask import Flask, Response, request

from devstore.bulk_model import BulkOperation
from devstore.model import Refused
from devstore.state import State

PORTION = 256 * 1024
FROM = re.compile(r"^bytes=(\d+)-$")
EXPIRED = '<?xml version="1.0"?><Error><Code>ExpiredToken</Code><Message>Invalid argument.</Message></Error>'


def register(app: Flask, state: State) -> None:
    """The one route. Switches: bulk_expire_next, bulk_cut_next."""

    @app.get("/_bulk/<domain>/<int:number>.jsonl")
    def bulk_file(domain: str, number: int) -> Response:
        operation = state.shop(domain).bulk_operations.get(number)
        if operation is None or operation.file is None:
            raise Refused(f"There is no file of a bulk operation {number}.", "NOT_FOUND")
        switches = state.switches.api
        if switches.bulk_expire_next > 0:
            switches.bulk_expire_next -= 1
            return Response(EXPIRED, 400, mimetype="application/xml")
        return _served(operation, cut=_takes_cut(state))


def _takes_cut(state: State) -> bool:
    switches = state.switches.api
    if switches.bulk_cut_next <= 0:
        return False
    switches.bulk_cut_next -= 1
    return True


def _served(operation: BulkOperation, *, cut: bool) -> Response:
    asked = FROM.match(request.headers.get("Range", ""))
    start = int(asked[1]) if asked else 0
    if asked and start >= operation.size:
        return Response(status=416, headers={"Content-Range": f"bytes */{operation.size}"})
    left = operation.size - start
    response = Response(_portions(operation, start, cut_at=left // 2 if cut else left), 206 if asked else 200)
    response.mimetype = "application/jsonl"
    response.headers["Content-Length"] = str(left)
    response.headers["Accept-Ranges"] = "bytes"
    if asked:
        response.headers["Content-Range"] = f"bytes {start}-{operation.size - 1}/{operation.size}"
    return response


def _portions(operation: BulkOperation, start: int, *, cut_at: int) -> Iterator[bytes]:
    """The bytes from `start` on; with `cut_at` fewer than promised, so the connection breaks in the middle."""
    file, sent = operation.file, 0
    while file is not None and sent < cut_at:
        portion = os.pread(file.fileno(), min(PORTION, cut_at - sent), start + sent)
        sent += len(portion)
        yield portion
