"""An amount for each click."""

from typing import ClassVar

from app.commissions.happening import PerEach


class PerClick(PerEach, frozen=True, forbid_unknown_fields=True):
    """Paid for each billable click: one visitor and link counts once in 24 hours, and bots never."""

    LABEL: ClassVar[str] = "Pay per click"
    SAYS: ClassVar[str] = "{amount} a click[, at most {most_a_day} a day][ and {budget} in all]"
    HELP: ClassVar[str] = "An amount for each visit through a link; bots and repeats never count."


PLUGIN = PerClick
