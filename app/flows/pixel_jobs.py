"""The jobs of the web pixel: it is switched on in a shop, and what it saw long ago goes."""

from collections.abc import Callable, Sequence

from app.db.session import BatchSession, ShopSession
from app.flows.switch_on_pixel import JOB, SwitchOnPixel
from app.flows.trim_pixel import JOB as TRIM
from app.flows.trim_pixel import TrimPixel
from app.jobs.queue import Job
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.shopify.admin_api import AdminAPI


def pixel_jobs(
    sessions: tuple[Callable[[ShopId], ShopSession], Callable[[], BatchSession]],
    clock: Clock,
    admin_api: AdminAPI,
    *,
    url: str,
    secret_keys: Sequence[str],
) -> tuple[Job, ...]:
    """Both, with what they need. `sessions`: of one shop, and the worker's."""
    switch = SwitchOnPixel(sessions[0], admin_api, url, secret_keys)
    return (Job(JOB, switch, repeats_unknown=True), Job(TRIM, TrimPixel(sessions[1], clock)))
