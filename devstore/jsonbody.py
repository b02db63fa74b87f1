"""Bodies as Shopify writes them: compact JSON, UTF-8, Decimal as a JSON number (T5: whole ones without a point)."""

import json
from decimal import Decimal
from typing import Any


def to_json(body: Any) -> bytes:  # any JSON value
    """Bytes ready to be signed and sent."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=_number).encode()


def _number(value: object) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"{value!r} has no place in a body")
    return int(value) if value == value.to_integral_value() else float(value)
