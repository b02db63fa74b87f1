"""Why a candidate won or lost, in one sentence for a merchant."""

from app.attribution.model import Candidate, Reason

SENTENCES = {
    Reason.WON: "The code {code} belongs to {creator}, and no other code gave the shopper more.",
    Reason.UNOWNED_CODE: "The code {code} belongs to no creator of this shop.",
    Reason.MANUAL_DISCOUNT: "“{code}” is a discount that staff typed in, not a code that a shopper used.",
    Reason.SMALLER_DISCOUNT: (
        "The code {code} of {creator} took off less than the code of {winner}, or as much and later."
    ),
    Reason.SAME_CREATOR: "The code {code} belongs to the same creator; one order is one conversion.",
    Reason.PAUSED: "{creator} was paused in this program when the order was placed.",
    Reason.CODE_NOT_VALID: "The code {code} was not valid for {creator} when the order was placed.",
    Reason.SELF_REFERRAL: "{creator} bought with their own code: it discounts, and never earns.",
    Reason.TEST_ORDER: "This is a test order; test orders never earn.",
    Reason.BEFORE_INSTALL: "The order was placed before the app was installed.",
    Reason.NO_OFFER: "The program of {creator} had no offer in force when the order was placed.",
    Reason.NO_EVIDENCE: "No code, click or other evidence points to a creator.",
}


def sentence(reason: Reason, candidate: Candidate, winner: Candidate | None) -> str:
    """The reason in words. Names creators by handle; the portal redacts other creators' names."""
    return SENTENCES[reason].format(
        code=candidate.value,
        creator=candidate.creator or "nobody",
        winner=winner.creator if winner else "another creator",
    )
