"""A decision as a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Decision:
    """What somebody decided, and when."""

    id: int
    kind: str
    subject: str
    actor: str
    decided_at: datetime
    facts: Mapping[str, Any]
