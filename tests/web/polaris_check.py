"""Compares rendered HTML with the names of the Polaris elements: what Shopify would silently ignore is found here."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

ELEMENTS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "devstore/static/polaris-elements.json").read_text()
)
GLOBAL = re.compile(r"data-|aria-")
VOID = {"meta", "link", "input", "br", "hr", "path", "img"}


class Checker(HTMLParser):
    """Collects a sentence for every tag, attribute, value and slot that does not exist."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.seen: set[str] = set()
        self.errors: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        parent = self.stack[-1] if self.stack else ""
        if tag.startswith("s-"):
            self.seen.add(tag)
            self._element(tag, values, parent)
        if "slot" in values and (
            not parent.startswith("s-") or values["slot"] not in ELEMENTS[parent]["slots"]
        ):
            self.errors.append(f"<{parent}> has no slot {values['slot']!r}")
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag.startswith("s-"):
            self.errors.append(f"<{tag}/> is not closed by HTML")

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop() != tag:
            self.errors.append(f"</{tag}> closes something else")

    def _element(self, tag: str, values: dict[str, str], parent: str) -> None:
        if tag not in ELEMENTS:
            self.errors.append(f"there is no <{tag}>")
            return
        known = dict(ELEMENTS[tag]["attributes"])
        known |= ELEMENTS.get(parent, {}).get("children", {}).get(tag, {})
        for name, value in values.items():
            if name in ELEMENTS["_global"] or GLOBAL.match(name):
                continue
            if name not in known:
                self.errors.append(f"<{tag}> has no attribute {name!r}")
            elif not allows(known[name], value):
                self.errors.append(f"<{tag} {name}={value!r}> is not an allowed value")


def allows(kind: Any, value: str) -> bool:
    kind = ELEMENTS["_shared"][kind[1:]] if isinstance(kind, str) and kind.startswith("@") else kind
    if isinstance(kind, list):
        return value in kind
    if isinstance(kind, dict):
        words = value.split()
        return (
            (bool(words) or kind.get("empty", False))
            and len(words) <= kind["max"]
            and all(allows(kind["of"], word) for word in words)
        )
    return kind != "number" or re.fullmatch(r"-?\d+(\.\d+)?", value) is not None


def errors_of(html: str) -> list[str]:
    """Everything that is wrong with the page."""
    checker = Checker()
    checker.feed(html)
    return checker.errors
