"""Numbers in addresses: what no table could hold is no address of ours."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

MOST = 2**63 - 1
"""PostgreSQL's bigint."""


class _Number(IntegerConverter):
    def __init__(self, urls: Map, *given: Any, **more: Any) -> None:
        super().__init__(urls, *given, **{"max": MOST, **more})


def bound_numbers(app: Flask) -> None:
    """`<int:...>` takes what fits into a row's number; anything larger is a page that is not there."""
    app.url_map.converters["int"] = _Number
