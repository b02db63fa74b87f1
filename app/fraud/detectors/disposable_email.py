"""The shopper gave an e-mail address that is thrown away."""

from app.fraud.model import Case, Detector, Finding, Limits


def detect(case: Case, _limits: Limits) -> Finding | None:
    """Looks at the domain only, and only whether it is on the kept list."""
    if not case.disposable_email:
        return None
    return Finding("disposable_email", "The shopper's e-mail is of a service for throw-away addresses.")


PLUGIN = Detector(
    label="Throw-away e-mail",
    help="The e-mail's domain hands out addresses that are thrown away.",
    detect=detect,
)
