"""One payout run: whom it will pay and whom not, the word that makes it, and what became of each payout."""

from collections.abc import Callable

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.flows import payout_heard, payout_run
from app.flows.funding import funding
from app.flows.payout_jobs import work_soon
from app.kernel.errors import NotFound, RefusedError
from app.kernel.ids import ShopId
from app.payouts import file_store, run_store
from app.payouts.bank.answers import Answer, read_report
from app.payouts.bank.nacha_returns import read_returns
from app.payouts.due import Plan
from app.payouts.protocol import ASK
from app.payouts.run import Run, RunState
from app.reports import payouts as report
from app.web.admin.payouts import ways_of
from app.web.audience import Audience, audience
from app.web.visit import Visit, back, cashier, desk, visit

pages = Blueprint("payout_runs", __name__)
REFUSED = 422
AT_ONCE = 200
LARGEST_ANSWER = 900_000


@pages.get("/payouts/runs/<int:run_id>")
@audience(Audience.MERCHANT)
def show(run_id: int) -> str:
    """The page."""
    return _page(run_id)


@pages.post("/payouts/runs/<int:run_id>/approval")
@audience(Audience.MERCHANT)
def approve(run_id: int) -> Response | tuple[str, int]:
    """Say yes. With enough words and its time come, the payouts are made and sent at once."""

    def say(v: Visit) -> None:
        ways = ways_of(v)
        run = payout_run.approve(v.session, run_id, ways, actor=v.actor, now=v.now)
        if run.pay_at <= v.now and payout_run.may_be_made(v.session, run, ways, v.now):
            payout_run.reserve(v.session, run_id, ways, actor=v.actor, now=v.now)
            work_soon(v.session, desk().queue)

    return _write(run_id, say, "approved")


@pages.post("/payouts/runs/<int:run_id>/cancellation")
@audience(Audience.MERCHANT)
def cancel(run_id: int) -> Response | tuple[str, int]:
    """Pay nobody by it."""
    return _write(
        run_id, lambda v: payout_run.cancel(v.session, run_id, actor=v.actor, now=v.now), "cancelled"
    )


@pages.post("/payouts/runs/<int:run_id>/refusal")
@audience(Audience.MERCHANT)
def decline(run_id: int) -> Response | tuple[str, int]:
    """No to a creator who asked, with a reason that they read."""
    because = request.form.get("because", "")
    return _write(
        run_id,
        lambda v: payout_run.decline(v.session, run_id, because, actor=v.actor, now=v.now),
        "declined",
    )


@pages.post("/payouts/runs/<int:run_id>/sending")
@audience(Audience.MERCHANT)
def send(run_id: int) -> Response | tuple[str, int]:
    """Have what waits sent, and what is unknown asked about, now."""
    return _write(run_id, lambda v: work_soon(v.session, desk().queue), "asked")


@pages.get("/payouts/runs/<int:run_id>/files/<int:file_id>")
@audience(Audience.MERCHANT)
def download(run_id: int, file_id: int) -> Response:
    """A file for the bank: the same bytes each time."""
    with visit() as v:
        found = [file for file in file_store.of_run(v.session, run_id) if file.id == file_id]
        if not found:
            raise NotFound(f"Run {run_id} has no file {file_id}.")
        content = cashier().download(ShopId(v.shop.id), found[0])
    headers = {
        "Content-Disposition": f'attachment; filename="{found[0].name}"',
        "Digest": f"sha-256={found[0].sha256}",
    }
    return Response(content, content_type="application/octet-stream", headers=headers)


@pages.post("/payouts/runs/<int:run_id>/answers")
@audience(Audience.MERCHANT)
def answer(run_id: int) -> Response | tuple[str, int]:
    """A bank's file: pain.002, camt.053, camt.054 or NACHA returns. All of it is taken, or nothing."""
    sent = request.files.get("file")
    body = sent.read(LARGEST_ANSWER) if sent else b""

    def take(v: Visit) -> None:
        payout_heard.take_bank(v.session, _answers(body), actor=v.actor, now=v.now)

    return _write(run_id, take, "taken")


def _answers(body: bytes) -> tuple[Answer, ...]:
    if body.lstrip()[:1] == b"<" or body[:3] == b"\xef\xbb\xbf":
        return read_report(body).answers
    return read_returns(body)


def _write(run_id: int, deed: Callable[[Visit], object], done: str) -> Response | tuple[str, int]:
    try:
        with visit() as v:
            deed(v)
    except RefusedError as refused:
        return _page(run_id, str(refused)), REFUSED
    return back(f"/payouts/runs/{run_id}", done)


def _page(run_id: int, problem: str = "") -> str:
    with visit() as v:
        run = run_store.get(v.session, run_id)
        shown = _planned(v, run) if run.state is RunState.PLANNED else _made(v, run)
        shop_id = ShopId(v.shop.id)
    plan = shown.get("plan")
    if isinstance(plan, Plan):
        # Providers are asked after the transaction has ended.
        shown["funding"] = funding(plan, cashier().providers(shop_id))
    return render_template("admin/payout_run.html", run=run, problem=problem, **shown)


def _planned(v: Visit, run: Run) -> dict[str, object]:
    plan = payout_run.preview(v.session, run, ways_of(v), v.now)
    return {
        "plan": plan,
        "needs_two": payout_run.needs_two(v.session, plan),
        "is_automatic": run_store.settings(v.session).is_automatic and run.origin == "calendar",
    }


def _made(v: Visit, run: Run) -> dict[str, object]:
    after = request.args.get("after", "")
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0  # noqa: PLR2004 - of a bigint
    rows = report.items(v.session, run.id, ASK, after=start, most=AT_ONCE + 1)
    return {
        "items": rows[:AT_ONCE],
        "more": rows[AT_ONCE - 1].id if len(rows) > AT_ONCE else None,
        "sums": report.sums(v.session, [run.id]).get(run.id, []),
        "files": file_store.of_run(v.session, run.id),
    }
