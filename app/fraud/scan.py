"""Run every detector over one case. Pure; flows/judge calls it for each order and creator that is credited."""

from app.fraud import detectors
from app.fraud.model import Case, Detector, Finding
from app.fraud.settings import Settings
from app.kernel.registry import load

DETECTORS = load(detectors, Detector)


def scan(case: Case, settings: Settings) -> tuple[Finding, ...]:
    """All that a human should look at, in the order of the detectors' names."""
    found = (
        detector.detect(case, settings.of(key, detector))
        for key, detector in DETECTORS.items()
        if settings.has(key, detector)
    )
    return tuple(finding for finding in found if finding is not None)
