"""How Stripe's objects name a payout of ours."""

from uuid import UUID

from stripe import StripeObject

OTHER_AMOUNT = "Stripe knows this payout with another amount. Look at it in Stripe's dashboard."


def payout_key(metadata: StripeObject | None) -> UUID | None:
    """The key of the payout that made it; None: it was not made by us."""
    try:
        return UUID(str(getattr(metadata, "payout", "")))
    except ValueError:
        return None
