"""The words that `tribute` understands."""

import argparse
from datetime import date
from pathlib import Path
from typing import TypeAlias

from app.cli import assigning, books, codes, doctor, history, run, terms
from app.cli import export as exporting
from app.cli import reconcile as reconciling
from app.cli import replay as replaying
from app.flows.import_report import FORMATS
from app.kernel.clock import instant
from app.kernel.errors import Invalid

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse has no public name for it
TALK = frozenset({"serve", "worker"})
"""These run on and tell a log what they do."""
MOST_THREADS = 64


def parser() -> argparse.ArgumentParser:
    """The parser; each command carries its function as `command`."""
    top = argparse.ArgumentParser(
        prog="tribute", description="Influencer performance marketing inside Shopify."
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    serve = _add(commands, "serve", run.serve, "answer web requests until stopped")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", default=8000, type=int, help="port to listen on (8000)")
    threads = "requests worked on at once (16); 1 or 2 for a process that only takes clicks"
    serve.add_argument("--threads", default=16, type=_threads, help=threads)

    worker = _add(commands, "worker", run.worker, "drain the inbox, do jobs, mature, roll up; until stopped")
    worker.add_argument("--until-idle", action="store_true", help="end when nothing waits any more")

    _add(commands, "migrate", run.migrate, "bring the database to the newest schema, as its owner")
    _add(commands, "rotate-keys", run.rotate, "seal every secret anew under the newest key")
    _add(commands, "doctor", doctor.doctor, "check settings, database, role, schema and folders")

    _add_apply(commands)
    _add_books(commands)
    _add_rotation(commands)
    _add_export(commands)
    _add_reconcile(commands)
    return top


def _add_books(commands: Commands) -> None:
    explain = _add_shop(commands, "explain", books.explain, "why an order was credited as it was", dated=True)
    explain.add_argument("order", metavar="ORDER", help="its number, its gid or its #name")
    _add_assign(commands)
    _add_shop(commands, "balances", books.balances, "what each creator stands at", dated=True)
    _add_shop(commands, "prove", books.prove, "check every invariant of the books", dated=True)
    _add_shop(commands, "mature", books.mature, "make payable what is past its hold", dated=True)
    _add_replay(commands)
    _add_shop(commands, "dump", replaying.dump, "all that money is made of, as sorted JSON lines", dated=True)
    verify = _add(commands, "verify-statement", books.verify_statement, "work a statement's digest out again")
    verify.add_argument("file", metavar="FILE", type=Path, help="the CSV; - reads standard input")
    _add_import(commands)


def _add_apply(commands: Commands) -> None:
    apply = _add(
        commands, "apply", terms.apply, "make a shop's programs, creators and codes what a file says"
    )
    apply.add_argument("file", metavar="FILE", type=Path, help="JSON; - reads standard input")
    apply.add_argument("--offline", action="store_true", help="without Shopify: for imports and tests")
    apply.add_argument(
        "--reprice", action="store_true", help="price orders again where terms of a date changed"
    )


def _add_assign(commands: Commands) -> None:
    assigning.arguments(
        _add_shop(commands, "assign", assigning.assign, "say by hand who brought an order", dated=False)
    )


def _add_import(commands: Commands) -> None:
    taken = _add_shop(
        commands,
        "import-history",
        history.import_history_file,
        "take over commissions of another app",
        dated=False,
    )
    taken.add_argument("file", metavar="FILE", type=Path, nargs="?", help="its CSV; - reads standard input")
    taken.add_argument("--format", choices=FORMATS, help=" or ".join(FORMATS))
    taken.add_argument("--dry-run", action="store_true", help="only say what would become of each row")
    taken.add_argument("--paid-through", metavar="DAY", type=_day, help="the other app has paid up to then")
    taken.add_argument("--earned-on", metavar="DAY", type=_day, help="for a file without dates")
    taken.add_argument("--hold-days", type=int, default=30, help="hold of what is pending there (30)")
    taken.add_argument("--undo", metavar="IMPORT", help="take a whole import back; by its digest")


def _add_rotation(commands: Commands) -> None:
    rotate = _add_shop(
        commands, "rotate-code", codes.rotate, "give a leaked code's creator a new one", dated=False
    )
    rotate.add_argument("code", metavar="CODE", help="the code that leaked")
    rotate.add_argument("--new", metavar="CODE", help="the new code (the old one with four characters more)")
    rotate.add_argument(
        "--at",
        metavar="TIME",
        type=_instant,
        help="when the old one ends, such as 2026-12-01T00:00:00Z (now)",
    )


def _add_replay(commands: Commands) -> None:
    replay = _add_shop(
        commands, "replay", replaying.replay, "rebuild the books from all facts and compare", dated=True
    )
    instead = replay.add_mutually_exclusive_group()
    instead.add_argument(
        "--offer", metavar="PROGRAM@VERSION|FILE", help="only ask what these terms would have paid"
    )
    instead.add_argument(
        "--model", metavar="NAME", help="only ask what this attribution model would have paid"
    )
    replay.add_argument("--from", dest="since", metavar="DAY", type=_day, help="orders placed from then on")
    replay.add_argument("--to", dest="until", metavar="DAY", type=_day, help="orders placed until then")


def _add_export(commands: Commands) -> None:
    export = _add_shop(commands, "export", exporting.export, "a report as CSV", dated=False)
    export.add_argument(
        "report", metavar="REPORT", choices=exporting.REPORTS, help=" or ".join(exporting.REPORTS)
    )
    export.add_argument("--from", dest="since", metavar="DAY", type=_day, help="first day (the install)")
    export.add_argument("--to", dest="until", metavar="DAY", type=_day, help="last day (today)")
    export.add_argument("--program", metavar="HANDLE", help="only this program")
    export.add_argument("--creator", metavar="HANDLE", help="only this creator")


def _add_reconcile(commands: Commands) -> None:
    reconcile = _add_shop(
        commands,
        "reconcile",
        reconciling.reconcile,
        "feed orders of Shopify's that are missing here",
        dated=False,
    )
    reconcile.add_argument(
        "--since", metavar="TIME", type=_instant, help="orders changed since then (60 days ago)"
    )
    reconcile.add_argument("--full", action="store_true", help="by a bulk query, as each night")


def _add(commands: Commands, name: str, command: object, help_: str) -> argparse.ArgumentParser:
    added = commands.add_parser(name, help=help_, description=f"{help_[0].upper()}{help_[1:]}.")
    added.add_argument("--json", action="store_true", help="answer with JSON")
    added.set_defaults(command=command, talks=name in TALK)
    return added


def _add_shop(
    commands: Commands,
    name: str,
    command: object,
    help_: str,
    *,
    dated: bool,
) -> argparse.ArgumentParser:
    added = _add(commands, name, command, help_)
    added.add_argument("shop", metavar="SHOP", help="its permanent domain, such as lumen.myshopify.com")
    if dated:
        added.add_argument(
            "--as-of", metavar="TIME", type=_instant, help="as it stood then, such as 2026-11-22T10:00:00Z"
        )
    return added


def _instant(text: str) -> object:
    try:
        return instant(text)
    except Invalid as refused:
        raise argparse.ArgumentTypeError(str(refused)) from None


def _threads(said: str) -> int:
    if not (said.isascii() and said.isdecimal() and 1 <= int(said) <= MOST_THREADS):
        raise argparse.ArgumentTypeError(f"{said} is no number of threads from 1 to {MOST_THREADS}")
    return int(said)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a day such as 2026-11-22.") from None
