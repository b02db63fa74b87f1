"""The kept lists of hosts: one a line, `#` begins a comment. Read once.

What is on a list is also there for everything under it: `shop.honey.com` is `honey.com`.
"""

from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import urlsplit


@lru_cache(maxsize=4096)
def is_coupon_site(address: str, more: frozenset[str] = frozenset()) -> str | None:
    """The listed host that an address or a host belongs to; None when it is on no list."""
    host = host_of(address)
    return _listed(host, _hosts("coupon_sites")) or (_listed(host, more) if more else None)


def is_free(domain: str) -> bool:
    """Whether anybody can have an e-mail address at this domain, so that sharing it says nothing."""
    return _listed(domain.casefold(), _hosts("free_email_domains")) is not None


def is_disposable(domain: str) -> bool:
    """Whether the domain hands out addresses that are thrown away."""
    return _listed(domain.casefold(), _hosts("disposable_email_domains")) is not None


def disposable_domains() -> frozenset[str]:
    """The whole list of them."""
    return _hosts("disposable_email_domains")


def domain_of(email: str) -> str:
    """What stands behind the last @, folded; nothing when there is none."""
    return email.rpartition("@")[2].strip().casefold() if "@" in email else ""


def host_of(address: str) -> str:
    """The host of an address, with or without its scheme; nothing when it cannot be read."""
    text = address.strip()
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname
    except ValueError:
        return ""
    return (host or "").removeprefix("www.")


def _listed(host: str, hosts: frozenset[str]) -> str | None:
    parts = host.split(".")
    return next((h for i in range(len(parts) - 1) if (h := ".".join(parts[i:])) in hosts), None)


@cache
def _hosts(name: str) -> frozenset[str]:
    text = files("app.fraud").joinpath("data", f"{name}.txt").read_text("utf-8")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return frozenset(line for line in lines if line)
