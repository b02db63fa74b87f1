"""`tribute doctor`: what this machine lacks to run Tribute, in sentences."""

import tempfile
from argparse import Namespace
from collections.abc import Callable

from app.cli.say import Answer
from app.config import Settings, read
from app.db.engine import app_engine, database_url, is_reachable, owner_engine
from app.db.faults import is_transient
from app.db.migrate import pending
from app.kernel.errors import Conflict, RefusedError


def doctor(_given: Namespace) -> Answer:
    """Check everything, also after something was found wanting. The answer is ok when all of it is."""
    checks: list[tuple[str, bool, str]] = []
    try:
        settings = read()
    except RefusedError as wrong:
        checks.append(("settings", False, str(wrong)))
    else:
        checks.append(("settings", True, "Every setting is there and can be read."))
        for name, check in (
            ("folder", _folder),
            ("database", _database),
            ("schema", _schema),
            ("role", _role),
        ):
            checks.append((name, *_outcome(check, settings)))
    lines = [f"{'ok    ' if ok else 'BROKEN'}  {name}: {sentence}" for name, ok, sentence in checks]
    facts = [{"name": name, "ok": ok, "sentence": sentence} for name, ok, sentence in checks]
    ok = all(ok for _, ok, _ in checks)
    return Answer("\n".join(lines), {"ok": ok, "checks": facts}, ok=ok)


def _outcome(check: Callable[[Settings], str], settings: Settings) -> tuple[bool, str]:
    try:
        return True, check(settings)
    except (RefusedError, OSError) as wrong:
        return False, str(wrong)
    except Exception as error:
        if not is_transient(error):
            raise
        return False, f"It did not answer: {str(error.__cause__ or error).splitlines()[0]}"


def _folder(settings: Settings) -> str:
    folder = settings.data
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        return f"{folder.resolve()} can be written to."


def _database(settings: Settings) -> str:
    engine = owner_engine(database_url(settings.database_url, settings.data))
    try:
        is_reachable(engine)
    finally:
        engine.dispose()
    return "It answers." if settings.database_url else "The embedded one answers; no DATABASE_URL is set."


def _schema(settings: Settings) -> str:
    waiting = pending(database_url(settings.database_url, settings.data))
    if waiting:
        raise Conflict(f"It lacks {', '.join(waiting)}. Run `tribute migrate`.")
    return "It is the newest."


def _role(settings: Settings) -> str:
    engine = app_engine(database_url(settings.database_url, settings.data))
    try:
        is_reachable(engine)
    finally:
        engine.dispose()
    return "The app's role cannot look past the fences between shops."
