"""Whether a job that failed is tried again, and when. Pure; the worker asks."""

from app.kernel.errors import Permanent, RefusedError, Retriable, TributeError, Unknown

LONGEST_SECONDS = 15 * 60
"""No pause is longer, unless the other side asked for it."""

PATIENCE = 200
"""How often work that only waits for somebody else is tried: about two days of the longest pause."""


def pause_before_retry(
    error: BaseException, *, tried: int, most: int, repeats_unknown: bool, spread: int = 0
) -> int | None:
    """Seconds to wait before the next try, or None: give up and let a person look.

    `tried` counts from 1. A refusal is final. When the other side was merely away we wait with it, for
    days if need be. After an unknown outcome only a handler that looks first may run again. Anything
    else is a fault of ours, tried `most` times. `spread` (any number, such as the job's id) moves
    jobs that failed together apart.
    """
    if isinstance(error, Permanent | RefusedError):
        return None
    if isinstance(error, Unknown) and not repeats_unknown:
        return None
    if tried >= (PATIENCE if isinstance(error, Retriable) else most):
        return None
    asked = error.after_seconds if isinstance(error, Retriable) else None
    pause = asked if asked is not None else min(2 ** min(tried, 20), LONGEST_SECONDS)
    return pause + spread % (pause // 4 + 1)


def sentence(error: BaseException) -> str:
    """What happened, for a person. Errors of ours speak for themselves; of others only the kind is named."""
    if isinstance(error, TributeError):
        return str(error)
    return f"A fault of ours ({type(error).__name__}); the log of the worker says more."
