"""Idempotency keys. v1: the first answer is kept, a 500 too, for 24 hours. v2: a success is kept for 30 days."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from devstore.provider_script import Answer

V1 = timedelta(hours=24)
V2 = timedelta(days=30)
NOT_BEGUN = frozenset({401, 409, 429})
LONGEST = 255


@dataclass(frozen=True)
class Kept:
    """The answer to the first use of a key."""

    asked: str
    answer: Answer
    at: datetime


@dataclass
class Keys:
    """The keys of one version of the API."""

    window: timedelta
    keeps_failures: bool
    kept: dict[str, Kept] = field(default_factory=dict)

    def once(self, key: str, asked: Any, now: datetime, act: Callable[[], Answer]) -> Answer:
        """The kept answer, or that of `act`. Past the window a key is new again and executes again."""
        text = json.dumps(asked, sort_keys=True)
        old = self.kept.get(key)
        if old is not None and now - old.at >= self.window:
            del self.kept[key]
            old = None
        if old is not None:
            if old.asked != text:
                return _other_parameters(key)
            return Answer(old.answer.status, old.answer.body, {"Idempotent-Replayed": "true"})
        answer = act()
        if key and self._worth_keeping(answer):
            self.kept[key] = Kept(text, answer, now)
        return answer

    def _worth_keeping(self, answer: Answer) -> bool:
        if not answer.status or answer.status in NOT_BEGUN:
            return False
        return self.keeps_failures or answer.status < 400  # noqa: PLR2004  # HTTP's border


def _other_parameters(key: str) -> Answer:
    return Answer(
        400,
        {
            "error": {
                "type": "idempotency_error",
                "message": f"The key {key!r} was first used with other parameters. Use one key for one request.",
            }
        },
    )
