"""The route with everything it needs, and the thread that keeps its spool in order."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic

from app.db.driver import Driver
from app.kernel.clock import Clock
from app.tracking.destination import Target
from app.tracking.store.targets import target
from app.web.go.book import LinkBook
from app.web.go.kept import KeptLinks
from app.web.go.own_code import CodeForVisit, Give, OwnCodes
from app.web.go.redirect import Redirect
from app.web.go.ticking import TickingSpool


class ShortLinks:
    """GET /r/<slug> and /c/<slug>/<token>, until they are closed."""

    def __init__(
        self,
        *,
        folder: Path,
        driver: Driver,
        clock: Clock,
        secret_keys: Sequence[str],
        admin_origin: str | None,
        proxies: int,
        give: Callable[[], Give],
    ) -> None:
        """`give` makes what hands out codes; it is asked when a program does."""
        self._kept = TickingSpool(folder, clock)
        find = partial(_find, driver, admin_origin)
        self.book = LinkBook(find, KeptLinks(folder / "links.jsonl"), monotonic)
        self.route = Redirect(
            book=self.book, spool=self._kept.spool, secret_keys=secret_keys, clock=clock, proxies=proxies
        )

        self.codes = CodeForVisit(give=give, sees=self.route, secret_keys=secret_keys, clock=clock)
        self.own_codes = OwnCodes(book=self.book, codes=self.codes, proxies=proxies)

    def close(self) -> None:
        """Bring what was written to the disk and give the files up."""
        self._kept.close()
        self.book.close()


def _find(driver: Driver, admin_origin: str | None, slug: str) -> Target | None:
    return driver.run(lambda connection: target(connection, slug, admin_origin))
