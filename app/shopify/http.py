"""Pooled HTTP sessions: one for Shopify, shared by token exchange and the Admin API; one for payment providers."""

from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter

TIMEOUT = (3.05, 20.0)
"""Seconds to connect, and between two bytes of an answer."""


class _Straight(requests.Session):
    """Takes a redirect for the answer that it is, whatever its caller says: keys go where they were sent."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - as above
        return None


def session(pool_size: int = 16) -> requests.Session:
    """Connections are kept and reused. Never reads proxies or .netrc, never follows a redirect, keeps no cookie.

    Many shops share it: a cookie that came with one shop's answer must not go out with another's question.
    """
    made = _Straight()
    made.trust_env = False
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_connections=pool_size, pool_maxsize=pool_size, pool_block=False, max_retries=0)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made
