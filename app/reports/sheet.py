"""All report columns there are, in the order in which they are shown."""

from collections.abc import Mapping
from functools import cache

from app.kernel import registry
from app.reports import columns
from app.reports.column import Column


@cache
def sheet() -> Mapping[str, Column]:
    """Columns by key, from left to right."""
    found = registry.load(columns, Column)
    return dict(sorted(found.items(), key=lambda item: item[1].position))
