"""Derive tests/devstore/shapes.json from real bodies: names and types per object, nothing else of them.

    .venv/bin/python tools/derive_shapes.py FOLDER_OF_SAMPLES

Run by hand when a new API version brings new samples; the samples themselves stay out of the repository.
"""

import json
import sys
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[1] / "tests" / "devstore" / "shapes.json"
TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}

ALIKE = {
    "tax_lines": "tax_line", "discount_allocations": "allocation", "properties": "property",
    "billing_address": "address", "shipping_address": "address", "total_unsettled_set": "unsettled_bag",
    "shop_money": "money", "order_adjustments": "adjustment", "presentment_money": "money",
}  # fmt: skip
"""Objects of one shape wherever they hang: one entry each."""

Table = dict[str, dict[str, Any]]


def main(folder: Path) -> None:
    """Orders from files 01 to 03, refunds that travel alone from 04 to 06."""
    table: Table = {}
    for file in sorted(folder.glob("0[1-3]*.json")):
        walk(table, "order", json.loads(file.read_text()))
    for file in sorted(folder.glob("0[4-6]*.json")):
        content = json.loads(file.read_text())
        for refund in content.get("refunds", [content]):
            walk(table, "refund", refund)
    for entry in table.values():
        entry["required"] = sorted(key for key in entry["keys"] if entry["seen"][key] == entry["count"])
        del entry["seen"], entry["count"]
        entry["keys"] = {key: "|".join(kinds) for key, kinds in sorted(entry["keys"].items())}
    since_2026(table)
    OUT.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n")


def walk(table: Table, path: str, value: dict[str, Any]) -> None:
    """Note the keys and types of an object and of all objects inside it."""
    entry = table.setdefault(path, {"keys": {}, "seen": {}, "count": 0})
    entry["count"] += 1
    for key, inner in value.items():
        if key == "fulfillments":
            inner = []  # noqa: PLW2901  # the devstore ships nothing
        kinds = entry["keys"].setdefault(key, [])
        kind = TYPES.get(type(inner), "null")
        if kind not in kinds:
            kinds.append(kind)
            kinds.sort()
        entry["seen"][key] = entry["seen"].get(key, 0) + 1
        for child in inner if isinstance(inner, list) else [inner]:
            if isinstance(child, dict):
                walk(table, place(path, key, listed=isinstance(inner, list)), child)


def place(path: str, key: str, *, listed: bool) -> str:
    """Where an inner object's shape is written down."""
    if key in ALIKE:
        return "unsettled_money" if path == "unsettled_bag" else ALIKE[key]
    if key.endswith("_set"):
        return "bag"
    return f"{path}.{key}{'[]' if listed else ''}"


def since_2026(table: Table) -> None:
    """Two changes that the samples of 2026-07 do not show: checkout_id went (2026-04), selling_plan_id came (2026-10)."""
    del table["order"]["keys"]["checkout_id"]
    table["order"]["required"].remove("checkout_id")
    for path, entry in table.items():
        if path.endswith(("line_items[]", "line_item")) and "variant_id" in entry["keys"]:
            entry["keys"]["selling_plan_id"] = "integer|null"
            entry["required"] = sorted([*entry["required"], "selling_plan_id"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
