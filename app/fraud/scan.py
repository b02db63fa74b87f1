"""Run every detector over one case. Pure; flows/judge calls it for each order and creator that is credited."""

from functools import lru_cache

import msgspec

from app.fraud import detectors
from app.fraud.model import Case, Detect, Detector, Finding, Limits
from app.fraud.settings import Settings
from app.kernel.registry import load

DETECTORS = load(detectors, Detector)


def scan(case: Case, settings: Settings) -> tuple[Finding, ...]:
    """All that a human should look at, in the order of the detectors' names."""
    found = [detect(case, limits) for detect, limits in _ready(msgspec.json.encode(settings))]
    return tuple([finding for finding in found if finding is not None])


@lru_cache(maxsize=256)
def _ready(settings: bytes) -> tuple[tuple[Detect, Limits], ...]:
    """The detectors that are switched on, with their thresholds: the same for all orders of a version of the settings."""
    chosen = msgspec.json.decode(settings, type=Settings)
    return tuple(
        (detector.detect, chosen.of(key, detector))
        for key, detector in DETECTORS.items()
        if chosen.has(key, detector)
    )
