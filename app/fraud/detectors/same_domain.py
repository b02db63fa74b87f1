"""Creator and shopper have e-mail addresses of one company."""

from app.fraud.lists import is_free
from app.fraud.model import Case, Detector, Finding, Limits


def detect(case: Case, _limits: Limits) -> Finding | None:
    """Says nothing where anybody can have an address."""
    domain = case.creator_domain
    if not case.same_domain or not domain or is_free(domain):
        return None
    reason = f"The shopper's e-mail is at {domain}, as is that of {case.creator}."
    return Finding("same_domain", reason, {"domain": domain})


PLUGIN = Detector(
    label="Same company e-mail",
    help="The shopper's e-mail has the domain of the creator's, and it is no free mail service.",
    detect=detect,
)
