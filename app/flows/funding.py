"""Whether there is money for a run with those who pay it: asked before it, outside of any transaction."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.kernel.errors import UpstreamError
from app.payouts.due import Plan
from app.payouts.provider import PROVIDERS, Provider


@dataclass(frozen=True, slots=True)
class Funding:
    """What a run needs of one provider in one currency, and what is there."""

    provider: str
    currency: str
    needed_minor: int
    there_minor: int | None
    """None: the provider does not tell, or could not be asked."""
    problem: str | None = None
    """Why it could not be asked."""

    @property
    def missing_minor(self) -> int:
        """What has to be topped up first."""
        return max(0, self.needed_minor - self.there_minor) if self.there_minor is not None else 0


def funding(plan: Plan, providers: Mapping[str, Provider]) -> list[Funding]:
    """One line for each provider and currency of the run, by name."""
    needed: dict[tuple[str, str], int] = {}
    for one in plan.paid:
        if one.details is not None:
            key = (PROVIDERS[one.details.way], one.currency)
            needed[key] = needed.get(key, 0) + one.due_minor
    return [
        _asked(providers[provider], provider, currency, minor)
        for (provider, currency), minor in sorted(needed.items())
        if provider in providers
    ]


def _asked(provider: Provider, name: str, currency: str, minor: int) -> Funding:
    try:
        return Funding(name, currency, minor, provider.balance(currency))
    except UpstreamError as error:
        return Funding(name, currency, minor, None, str(error))
