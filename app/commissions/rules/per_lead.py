"""An amount for each lead."""

from typing import ClassVar

from app.commissions.happening import PerEach


class PerLead(PerEach, frozen=True, forbid_unknown_fields=True):
    """Paid for each lead, once an e-mail digest; a lead that is rejected is taken back."""

    LABEL: ClassVar[str] = "Pay per lead"
    SAYS: ClassVar[str] = "{amount} a lead[, at most {most_a_day} a day][ and {budget} in all]"
    HELP: ClassVar[str] = "An amount for each sign-up, form or install."


PLUGIN = PerLead
