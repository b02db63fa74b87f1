"""Eight processes that pay at once pay the due sum once; one that is killed anywhere leaves nothing lost or doubled."""

import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from app.payouts.protocol import LOST_AFTER, SEND_AGAIN, State
from app.wiring import Wiring
from tests.conftest import SECRET_KEY
from tests.rooms.paying import Order
from tests.rooms.payout_scene import Scene, scene

ROOT = Path(__file__).resolve().parents[2]
HANDLES = tuple(f"creator{n}" for n in range(12))
AT_ONCE = 8


@pytest.fixture
def transfers(tmp_path: Path) -> Path:
    path = tmp_path / "transfers"
    path.touch()
    return path


def started(pay: Scene, run_id: int, transfers: Path, *, die_at: int = 0) -> subprocess.Popen[str]:
    settings = pay.wiring.settings
    order = Order(
        settings.database_url or "", str(settings.data), SECRET_KEY, pay.shop_id, run_id, pay.now, str(transfers), die_at
    )  # fmt: skip
    command = [sys.executable, "-m", "tests.rooms.paying", msgspec.json.encode(order).decode()]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """How it ended, and what it printed."""
    said, _ = process.communicate(timeout=120)
    return process.returncode, said.strip()


def paid(transfers: Path) -> list[int]:
    return [int(line.split()[1]) for line in transfers.read_text().splitlines()]


def test_eight_processes_at_once_pay_each_creator_once(wiring: Wiring, transfers: Path) -> None:
    pay = scene(wiring, HANDLES)
    for number, handle in enumerate(HANDLES):
        pay.owe(handle, 30_00 + number)
    run_id = pay.plan()
    processes = [started(pay, run_id, transfers) for _ in range(AT_ONCE)]
    assert [ended(process)[0] for process in processes] == [0] * AT_ONCE
    assert sorted(paid(transfers)) == [30_00 + number for number in range(len(HANDLES))]
    assert {one.payout.state for one in pay.payouts()} == {State.PAID}
    assert pay.broken() == []


def test_a_process_that_is_killed_anywhere_loses_and_repeats_nothing(wiring: Wiring, transfers: Path) -> None:
    pay = scene(wiring, HANDLES[:1])
    pay.owe(HANDLES[0], 30_00)
    points = int(ended(started(pay, pay.plan(), transfers))[1])
    assert points > 8
    for die_at in range(1, points + 1):
        transfers.write_text("")
        pay.owe(HANDLES[0], 30_00)
        run_id = pay.plan()
        assert ended(started(pay, run_id, transfers, die_at=die_at))[0] == -signal.SIGKILL, die_at
        pay.wait(max(LOST_AFTER, SEND_AGAIN))
        assert ended(started(pay, run_id, transfers))[0] == 0
        assert paid(transfers) == [30_00], die_at
        assert {one.payout.state for one in pay.payouts()} == {State.PAID}, die_at
    assert pay.broken() == []
