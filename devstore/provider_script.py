"""What a pretend payment provider does with its next calls: a script that tests write; each step serves `times` calls."""

import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from flask import Response, jsonify, request

from devstore.model import Refused

OUTCOMES = ("ok", "refused", "lost_before", "lost_after", "slow", "error", "conflict", "throttled")


@dataclass
class Step:
    """One thing to happen to a call that moves money.

    code: of the refusal. status: of an `error`; executed: the money moved all the same. seconds: of `slow`.
    receiver: wait for a call that pays this one. becomes: what the payment turns into, instead of being paid.
    """

    outcome: str = "ok"
    code: str = ""
    status: int = 500
    executed: bool = False
    seconds: float = 1.0
    times: int = 1
    receiver: str = ""
    becomes: str = ""
    reason: str = ""


@dataclass
class Script:
    """The steps that wait, in the order in which they were written."""

    steps: list[Step] = field(default_factory=list)

    def add(self, given: dict[str, Any]) -> Step:
        """Write a step. Raises Refused for an outcome that does not exist or no calls at all."""
        step = Step(**given)
        if step.outcome not in OUTCOMES:
            raise Refused(f"There is no outcome {step.outcome!r}; outcomes: {', '.join(OUTCOMES)}.")
        if step.times < 1:
            raise Refused(f"times: {step.times} calls would use this up at once; write 1 or more.")
        self.steps.append(step)
        return step

    def take(self, receivers: set[str]) -> Step:
        """The first step for a call that pays these receivers, one use gone; an `ok` when none waits."""
        return self._use(lambda step: not step.becomes and step.receiver in {"", *receivers})

    def fate(self, receiver: str) -> Step:
        """The first step that says what a payment to this receiver becomes, one use gone."""
        return self._use(lambda step: bool(step.becomes) and step.receiver in {"", receiver})

    def shown(self) -> list[dict[str, Any]]:
        """The steps that wait, for the control API."""
        return [asdict(step) for step in self.steps]

    def _use(self, fits: Callable[[Step], bool]) -> Step:
        for step in self.steps:
            if fits(step):
                step.times -= 1
                if step.times == 0:
                    self.steps.remove(step)
                return step
        return Step()


@dataclass(frozen=True)
class Answer:
    """What a provider answers."""

    status: int
    body: dict[str, Any] | None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    """The connection breaks instead; what happened has happened."""
    seconds: float = 0

    def response(self) -> Response:
        """Send it, or break the connection. Call it without the state's lock: a slow answer sleeps here."""
        if self.seconds:
            time.sleep(self.seconds)
        if self.cut:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return Response(status=500)
        made = jsonify(self.body) if self.body is not None else Response()
        made.status_code = self.status
        made.headers.update(self.headers)
        return made


def play(step: Step, act: Callable[[], Answer], problem: Callable[[Step], Answer]) -> Answer:
    """The call as the script has it: `act` moves the money, `problem` words a failure as this provider does."""
    if step.outcome == "lost_before":
        return Answer(0, None, cut=True)
    if step.outcome in {"refused", "conflict", "throttled"}:
        return problem(step)
    if step.outcome == "error":
        if step.executed:
            act()
        return problem(step)
    done = act()
    if step.outcome == "lost_after":
        return Answer(done.status, done.body, done.headers, cut=True)
    return Answer(done.status, done.body, done.headers, seconds=step.seconds if step.outcome == "slow" else 0)
