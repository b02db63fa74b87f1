"""The real schema, built once per process (it takes about two seconds)."""

import gzip
import threading
from pathlib import Path

from graphql import GraphQLSchema, build_schema

HERE = Path(__file__).resolve().parents[1]
VERSION = "2026-10"
_lock = threading.Lock()
_built: list[GraphQLSchema] = []


def schema() -> GraphQLSchema:
    """Admin API 2026-10. assume_valid: Shopify's own schema breaks one rule that graphql-core checks."""
    with _lock:
        if not _built:
            text = gzip.decompress((HERE / "admin-2026-10.graphql.gz").read_bytes()).decode()
            _built.append(build_schema(text, assume_valid=True, no_location=True))
        return _built[0]
