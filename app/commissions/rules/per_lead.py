"""An amount for each lead."""

import re
from typing import ClassVar

from app.commissions.happening import PerEach
from app.kernel.errors import Invalid
from app.kernel.fields import Field, FieldKind

ACTION = re.compile(r"[a-z][a-z0-9_]{0,39}")


class PerLead(PerEach, frozen=True, forbid_unknown_fields=True):
    """Paid for each lead, once an e-mail digest; a lead that is rejected is taken back."""

    LABEL: ClassVar[str] = "Pay per lead"
    SAYS: ClassVar[str] = (
        "{amount} a lead[ ({actions})][, at most {most_a_day} a day][, at most {budget} for each in all]"
        "[, once a person has approved it{review}]"
    )
    HELP: ClassVar[str] = "An amount for each sign-up, form or install."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        *PerEach.FIELDS,
        Field(
            "actions",
            "Only these actions",
            FieldKind.TEXTS,
            help="As the form or the API names them: newsletter, app_download. Empty: all.",
            optional=True,
        ),
        Field(
            "review",
            "A person looks at each lead",
            FieldKind.SWITCH,
            help="It earns when it is approved under Leads.",
            optional=True,
        ),
    )

    actions: tuple[str, ...] = ()
    review: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for action in self.actions:
            if ACTION.fullmatch(action) is None:
                raise Invalid(
                    f"{action[:80]!r} is no action of a lead: use small letters, digits and _, such as newsletter."
                )


PLUGIN = PerLead
