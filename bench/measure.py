"""Interleaved rounds and their medians, so that a noisy minute hits every contender alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

Figures = Mapping[str, float]
Round = Callable[[], Figures]


@dataclass(frozen=True)
class Gate:
    """A ratio that must be reached, and the one we aim for."""

    name: str
    ratio: float
    at_least: float
    aim: float

    @property
    def is_met(self) -> bool:
        return self.ratio >= self.at_least

    def line(self) -> str:
        verdict = "aim reached" if self.ratio >= self.aim else "met" if self.is_met else "MISSED"
        return f"  {self.name:<58} {self.ratio:8.2f}   gate {self.at_least:g}, aim {self.aim:g}: {verdict}"


def interleave(contenders: Mapping[str, Round], rounds: int) -> dict[str, dict[str, float]]:
    """Each contender once a round, in turn; the median of every figure. One round before is thrown away."""
    seen: dict[str, list[Figures]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, play in contenders.items():
            figures = play()
            if number:
                seen[name].append(figures)
    return {name: {key: median(f[key] for f in all_of) for key in all_of[0]} for name, all_of in seen.items()}


def table(title: str, rows: Mapping[str, Figures]) -> str:
    """The figures, one contender a line."""
    columns = list(dict.fromkeys(key for figures in rows.values() for key in figures))
    lines = [title, " " * 36 + "".join(f"{column:>16}" for column in columns)]
    for name, figures in rows.items():
        cells = (f"{figures[c]:>16,.1f}" if c in figures else f"{'-':>16}" for c in columns)
        lines.append(f"  {name:<34}" + "".join(cells))
    return "\n".join(lines)
