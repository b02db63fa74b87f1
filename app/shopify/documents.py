"""The GraphQL documents that we send, one file each in graphql/, valid on 2026-10. The Admin API reads them."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from app.kernel.errors import NotFound

_OPERATION = re.compile(r"^\s*(query|mutation)\s+(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """One operation."""

    name: str
    """As Shopify's logs and our errors call it."""
    text: str
    is_mutation: bool


@cache
def load(name: str) -> Document:
    """The document in graphql/<name>.graphql. Raises NotFound."""
    path = files("app.shopify") / "graphql" / f"{name}.graphql"
    if not path.is_file():
        raise NotFound(f"There is no GraphQL document {name!r}.")
    text = path.read_text()
    operation = _OPERATION.search(text)
    if operation is None:
        raise NotFound(f"The GraphQL document {name!r} holds no named operation.")
    return Document(operation[2], text, operation[1] == "mutation")


def all_names() -> list[str]:
    """Every document there is, in order."""
    folder = files("app.shopify") / "graphql"
    return sorted(p.name.removesuffix(".graphql") for p in folder.iterdir() if p.name.endswith(".graphql"))
