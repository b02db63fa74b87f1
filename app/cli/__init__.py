"""The command line: `tribute`. Exit codes: 0 done, 1 refused with a sentence on stderr, 2 usage."""

import logging
import sys
from collections.abc import Sequence

from app.cli.arguments import parser
from app.cli.say import say
from app.db.faults import is_transient, lacks_schema
from app.kernel.errors import TributeError

DONE, REFUSED = 0, 1


def main(words: Sequence[str] | None = None) -> int:
    """Run one command. Used as the script `tribute`; usage errors leave by SystemExit(2)."""
    given = parser().parse_args(words)
    level = logging.INFO if given.talks else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("procrastinate", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        answer = given.command(given)
    except TributeError as refused:
        return _refuse(str(refused))
    except KeyboardInterrupt:
        return _refuse("Stopped.")
    except OSError as error:
        return _refuse(f"{error.strerror or error}: {error.filename or 'the system refused it'}.")
    except Exception as error:
        if lacks_schema(error):
            return _refuse("The database has no schema yet. Run `tribute migrate` as its owner first.")
        if not is_transient(error):
            raise
        return _refuse(f"The database did not answer: {str(error.__cause__ or error).splitlines()[0]}")
    say(answer, as_json=given.json)
    return DONE if answer.ok else REFUSED


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"tribute: {sentence}\n")
    return REFUSED
