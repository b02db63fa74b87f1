"""What a run of `tribute apply` did, and what every part of it must know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.db.session import ShopSession
from app.jobs.queue import Queue
from app.kernel.change import Change

NOUNS = ("shops", "programs", "offers", "creators", "enrollments", "codes", "links")


@dataclass
class Applied:
    """Natural keys by noun, under what became of them. The JSON of `tribute apply --json`."""

    shop: str
    by_change: dict[Change, dict[str, list[str]]] = field(
        default_factory=lambda: {change: {noun: [] for noun in NOUNS} for change in Change}
    )

    def note(self, noun: str, key: str, change: Change) -> None:
        """Say what became of one thing."""
        self.by_change[change][noun].append(key)

    def moved(self, noun: str) -> bool:
        """Whether anything of that kind was made or changed."""
        return any(keys[noun] for change, keys in self.by_change.items() if change is not Change.UNCHANGED)

    def to_json(self) -> dict[str, object]:
        """{"shop", "created", "changed", "unchanged"}."""
        return {"shop": self.shop, **{change.value: keys for change, keys in self.by_change.items()}}

    def to_text(self) -> str:
        """One line for a person."""
        parts = [
            f"{change.value} " + ", ".join(_count(noun, len(keys)) for noun, keys in found.items() if keys)
            for change, found in self.by_change.items()
            if any(found.values())
        ]
        return f"{self.shop}: {'; '.join(parts) or 'the file names nothing'}."


def _count(nouns: str, number: int) -> str:
    return f"{number} {nouns if number != 1 else nouns.removesuffix('s')}"


@dataclass
class Touched:
    """What must follow because of what was done."""

    programs: set[int] = field(default_factory=set)
    """Ids of programs whose discount in Shopify may have to be made or changed."""
    later_offers: set[tuple[int, datetime]] = field(default_factory=set)
    """(program id, instant) of offers that take effect later."""
    placed_from: datetime | None = None
    """Orders placed from then on are judged again."""
    codes: set[str] = field(default_factory=set)
    """Orders with one of these are judged again."""

    people: list[tuple[int, bytes | None, bytes | None]] = field(default_factory=list)
    """(creator id, pseudonym of the e-mail before, and after) of creators who changed."""

    def judge_from(self, at: datetime) -> None:
        """Have orders judged again that were placed from then on."""
        self.placed_from = at if self.placed_from is None else min(self.placed_from, at)


@dataclass(frozen=True)
class Applying:
    """One run."""

    session: ShopSession
    applied: Applied
    actor: str
    now: datetime
    offline: bool
    reprice: bool
    timezone: str
    pseudonym: Callable[[str], bytes]
    queue: Queue
    touched: Touched = field(default_factory=Touched)
