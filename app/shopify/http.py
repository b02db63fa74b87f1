"""The one pooled HTTP session for Shopify; wiring makes it, token exchange and the Admin API share it."""

import requests
from requests.adapters import HTTPAdapter

TIMEOUT = (3.05, 20.0)
"""Seconds to connect, and between two bytes of an answer."""


def session(pool_size: int = 16) -> requests.Session:
    """Connections are kept and reused. Never reads proxies or .netrc; callers never follow a redirect."""
    made = requests.Session()
    made.trust_env = False
    adapter = HTTPAdapter(pool_connections=pool_size, pool_maxsize=pool_size, pool_block=False, max_retries=0)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made
