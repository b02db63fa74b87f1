"""What a merchant set about detectors. Versions: an order is judged by those in force when it was placed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from app.fraud.lists import host_of
from app.fraud.model import Detector
from app.kernel.errors import Invalid

MOST_SITES = 500
LONGEST_HOST = 253


class BadSetting(Invalid):
    """A detector that is not there, or a threshold out of its range."""


class Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What differs from the usual."""

    enabled: dict[str, bool] = {}
    limits: dict[str, dict[str, int]] = {}
    coupon_sites: tuple[str, ...] = ()
    """Hosts, besides the kept list."""

    def has(self, key: str, detector: Detector) -> bool:
        """Whether the detector is switched on."""
        return self.enabled.get(key, detector.is_usual)

    def of(self, key: str, detector: Detector) -> Mapping[str, int]:
        """The detector's thresholds."""
        return {**detector.usual(), **self.limits.get(key, {})}


USUAL = Settings()

Versions = Sequence[tuple[datetime, Settings]]
"""(from when, what), oldest first."""


def in_force(versions: Versions, at: datetime) -> Settings:
    """The settings of an order that was placed then; the usual ones before anything was set."""
    return next((settings for since, settings in reversed(versions) if since <= at), USUAL)


def check(given: Any, detectors: Mapping[str, Detector]) -> Settings:
    """Settings as they may be kept. Raises BadSetting with the field and its value."""
    try:
        settings = msgspec.convert(given, Settings)
    except msgspec.ValidationError as error:
        raise BadSetting(f"These are no settings of detectors: {error}.") from None
    for key in sorted({*settings.enabled, *settings.limits} - detectors.keys()):
        raise BadSetting(f"There is no detector {key[:40]!r}; there are {', '.join(detectors)}.")
    for key, limits in settings.limits.items():
        _check_limits(limits, detectors[key])
    return msgspec.structs.replace(settings, coupon_sites=_sites(settings.coupon_sites))


def _check_limits(limits: Mapping[str, int], detector: Detector) -> None:
    known = {threshold.name: threshold for threshold in detector.thresholds}
    for name, value in limits.items():
        threshold = known.get(name)
        if threshold is None:
            raise BadSetting(f"{detector.label} has no threshold {name[:40]!r}.")
        if not threshold.lowest <= value <= threshold.highest:
            raise BadSetting(
                f"{detector.label}: {threshold.help} is {value}; from {threshold.lowest} to {threshold.highest} is possible."
            )


def _sites(typed: Sequence[str]) -> tuple[str, ...]:
    if len(typed) > MOST_SITES:
        raise BadSetting(f"{len(typed)} coupon sites are too many; {MOST_SITES} fit.")
    hosts = {text: host_of(text) for text in typed if text.strip()}
    for text, host in hosts.items():
        if "." not in host or len(host) > LONGEST_HOST:
            raise BadSetting(f"{text[:80]!r} is no host such as coupons.example.")
    return tuple(sorted(set(hosts.values())))
