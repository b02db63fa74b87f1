"""The contenders of the intake as processes: started, asked for their port, measured, stopped."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.database import HOME, Database
from bench.load import SECRET
from bench.stage import KEY

PEER = Path(__file__).parent / "peer-node"


@dataclass(frozen=True)
class Server:
    """A running contender."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        family = [self.process, *self.process.children(recursive=True)]
        return sum(sum(member.cpu_times()[:2]) for member in family)


def environment(database: Database) -> dict[str, str]:
    """What the product reads, for a process that serves or works on this database."""
    return os.environ | {
        "DATABASE_URL": database.address,
        "TRIBUTE_DATA": str(HOME / "data"),
        "TRIBUTE_SECRET_KEYS": KEY,
        "SHOPIFY_API_KEY": "bench",
        "SHOPIFY_API_SECRET": SECRET,
    }


@contextmanager
def ours(database: Database, *, threads: int | None = None) -> Iterator[Server]:
    """`tribute serve`, by its entry point."""
    port = free_port()
    count = "" if threads is None else f", threads={threads}"
    code = f"from app.web.serve import run; run('127.0.0.1', {port}{count})"
    with running([sys.executable, "-c", code], environment(database)) as process:
        wait_for(port, process)
        yield Server(port, psutil.Process(process.pid))


@contextmanager
def peer(database: Database, folder: Path) -> Iterator[Server]:
    """The official Node library with express and pg."""
    with running([str(shutil.which("node")), str(folder / "server.js")], environment(database)) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline() or 0)
        wait_for(port, process)
        yield Server(port, psutil.Process(process.pid))


def install_peer() -> tuple[Path | None, str]:
    """Where the peer is installed, or None and the sentence that says why it is left out."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return None, "Node and npm are not on this machine, so the official Node library is left out."
    folder = HOME / "peer-node"
    folder.mkdir(parents=True, exist_ok=True)
    for file in PEER.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        return (
            None,
            f"npm could not install the peer ({done.stderr.strip().splitlines()[-1:]}); it is left out.",
        )
    return folder, ""


@contextmanager
def running(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[str], *, seconds: float = 20) -> None:
    give_up_at = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{process.args!r} did not listen on port {port}.")
