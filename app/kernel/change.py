"""What a verb did that may be asked for twice."""

from enum import StrEnum


class Change(StrEnum):
    """The outcome of an idempotent verb."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    """Everything already stood as it was asked for; nothing was written."""
