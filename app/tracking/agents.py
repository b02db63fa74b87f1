"""What a browser says it is: a machine that nobody sits at, or which kind of device. Pure.

The list of machines is that of crawler-user-agents, renewed every month by its makers; of the browsers that
people use we ask no more than the size of the screen.
"""

import re
from functools import lru_cache

from crawleruseragents import is_crawler  # type: ignore[import-untyped]

from app.tracking.spool.record import Visited

_MOST = 16_384
"""Different browsers remembered: looking one up takes half a millisecond, and most clicks come from few."""
_TABLET = re.compile(r"iPad|Tablet|PlayBook|Silk/|Android(?!.*Mobile)")
_PHONE = re.compile(r"iPhone|iPod|Mobile|Mobi|Opera Mini")
_COMPUTER = re.compile(r"Windows NT|Macintosh|X11|CrOS")


def is_machine(visit: Visited) -> bool:
    """Whether nobody looked: a crawler, a preview of a messenger, a prefetch, or no browser at all."""
    return visit.is_fetch or not is_browser(visit.agent)


def is_browser(agent: str) -> bool:
    """Whether it calls itself something that a person may sit at."""
    return bool(agent.strip()) and not _is_crawler(agent)


@lru_cache(maxsize=_MOST)
def _is_crawler(agent: str) -> bool:
    return bool(is_crawler(agent))


@lru_cache(maxsize=_MOST)
def device(agent: str) -> str:
    """phone, tablet, computer, or nothing where it cannot be told."""
    if _TABLET.search(agent):
        return "tablet"
    if _PHONE.search(agent):
        return "phone"
    return "computer" if _COMPUTER.search(agent) else ""
