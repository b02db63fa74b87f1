"""Errors in the words of Stripe's two APIs."""

from devstore.provider_script import Answer, Step

BY_OUTCOME = {"conflict": (409, "idempotency_key_in_use"), "throttled": (429, "rate_limit")}


def v1_error(status: int, code: str, message: str, kind: str = "invalid_request_error") -> Answer:
    """`{"error": {"type", "code", "message"}}`."""
    return Answer(status, {"error": {"type": kind, "code": code, "message": message}})


def v2_error(status: int, code: str, message: str, kind: str | None = None) -> Answer:
    """The same, where `type` is only set for errors that have one of their own."""
    return Answer(status, {"error": {"code": code, "message": message} | ({"type": kind} if kind else {})})


def scripted(step: Step, version: str) -> Answer:
    """The failure that a step asks for."""
    if step.outcome in BY_OUTCOME:
        status, code = BY_OUTCOME[step.outcome]
    elif step.outcome == "error":
        status, code = step.status, "api_error"
    else:
        status, code = 400, step.code or "balance_insufficient"
    message = f"The script of the devstore says: {step.outcome}."
    if version == "v2":
        return v2_error(status, code, message, code if code == "insufficient_funds" else None)
    return v1_error(
        status, code, message, "api_error" if step.outcome == "error" else "invalid_request_error"
    )
