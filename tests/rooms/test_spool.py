"""The folder in which clicks wait: nothing that was acknowledged is lost, nothing is handed on before it is whole."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.tracking.spool.reader import alone, portions, taken
from app.tracking.spool.record import Visited, line
from app.tracking.spool.writer import SpoolFull, SpoolWriter, files

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def came(number: int) -> Visited:
    return Visited(1, 2, number, AT, ("a", "b"), "browser")


def read(folder: Path, *, keep: bool = True) -> list[int]:
    """Numbers of what waits; taken, unless a crash comes between."""
    found = []
    for portion in portions(folder):
        found += [v.click_id for v in portion.visits]
        if keep:
            taken(portion)
    return found


def test_what_was_appended_is_read_once_while_the_writer_lives(tmp_path: Path) -> None:
    spool = SpoolWriter(tmp_path, AT)
    spool.append(line(came(1)))
    spool.append(line(came(2)))
    assert read(tmp_path) == [1, 2]
    assert read(tmp_path) == []
    spool.append(line(came(3)))
    assert read(tmp_path) == [3]
    assert len(files(tmp_path)) == 1
    spool.close()


def test_what_a_reader_did_not_say_it_took_is_handed_on_again(tmp_path: Path) -> None:
    spool = SpoolWriter(tmp_path, AT)
    spool.append(line(came(1)))
    assert read(tmp_path, keep=False) == [1]
    assert read(tmp_path) == [1]
    spool.close()


def test_a_file_is_removed_when_its_writer_is_gone_and_all_is_taken(tmp_path: Path) -> None:
    spool = SpoolWriter(tmp_path, AT)
    spool.append(line(came(1)))
    spool.close()
    assert read(tmp_path, keep=False) == [1]
    assert len(files(tmp_path)) == 1
    assert read(tmp_path) == [1]
    assert list(tmp_path.glob("*.clicks*")) == []


def test_another_file_begins_when_one_is_large_or_old(tmp_path: Path) -> None:
    spool = SpoolWriter(tmp_path, AT, largest=100)
    spool.append(line(came(1)))
    spool.append(line(came(2)))
    spool.tick(AT)
    spool.append(line(came(3)))
    spool.tick(AT + timedelta(minutes=4))
    assert len(files(tmp_path)) == 2
    spool.tick(AT + timedelta(minutes=5))
    assert len(files(tmp_path)) == 3
    assert read(tmp_path) == [1, 2, 3]
    spool.close()


def test_an_old_file_without_a_click_is_kept(tmp_path: Path) -> None:
    spool = SpoolWriter(tmp_path, AT)
    spool.tick(AT + timedelta(hours=1))
    assert len(files(tmp_path)) == 1
    spool.close()


def test_a_line_that_a_crash_cut_off_is_left_out_and_counted(tmp_path: Path) -> None:
    torn = line(came(2))[:-9]
    (tmp_path / "20261122T000000-1-ABCDEF.clicks").write_bytes(line(came(1)) + torn)
    (portion,) = portions(tmp_path)
    assert [v.click_id for v in portion.visits] == [1]
    assert portion.damaged == 1
    taken(portion)
    assert read(tmp_path) == []
    assert files(tmp_path) == []


def test_a_file_that_grows_while_it_is_read_keeps_no_other_waiting(tmp_path: Path) -> None:
    busy, quiet = SpoolWriter(tmp_path, AT), SpoolWriter(tmp_path, AT + timedelta(seconds=1))
    busy.append(line(came(1)))
    quiet.append(line(came(2)))
    found = []
    for portion in portions(tmp_path):
        found += [v.click_id for v in portion.visits]
        taken(portion)
        busy.append(line(came(len(found) + 100)))
        assert len(found) < 5
    assert found == [1, 2]
    assert read(tmp_path) == [101, 102]
    busy.close()
    quiet.close()


def test_half_a_line_of_a_living_writer_waits_for_its_other_half(tmp_path: Path) -> None:
    spool = SpoolWriter(tmp_path, AT)
    whole = line(came(1))
    spool.append(whole[:10])
    assert read(tmp_path) == []
    spool.append(whole[10:])
    assert read(tmp_path) == [1]
    spool.close()


def test_something_else_in_the_folder_is_stepped_over(tmp_path: Path) -> None:
    (tmp_path / "20261122T000000-1-ABCDEF.clicks").write_bytes(b"x" * 3_000_000 + b"\n" + line(came(7)))
    assert read(tmp_path) == [7]
    assert read(tmp_path) == []


def test_a_folder_that_holds_all_it_may_says_so_and_takes_clicks_again_later(tmp_path: Path) -> None:
    spool = SpoolWriter(tmp_path, AT, largest=50, most=100)
    spool.append(line(came(1)))
    spool.append(line(came(2)))
    spool.tick(AT)
    with pytest.raises(SpoolFull, match="not recorded"):
        spool.append(line(came(3)))
    assert read(tmp_path) == [1, 2]
    spool.tick(AT)
    spool.append(line(came(4)))
    assert read(tmp_path) == [4]
    spool.close()


def test_a_mark_that_a_power_cut_emptied_has_all_handed_on_again(tmp_path: Path) -> None:
    spool = SpoolWriter(tmp_path, AT)
    spool.append(line(came(1)))
    assert read(tmp_path) == [1]
    (mark,) = tmp_path.glob("*.taken")
    mark.write_bytes(b"")
    assert read(tmp_path) == [1]
    spool.close()


def test_a_file_that_the_reader_removes_while_the_folder_is_measured_stops_nothing(tmp_path: Path) -> None:
    spool = SpoolWriter(tmp_path, AT, most=1)
    (tmp_path / "20261122T000000-1-GONE.clicks").symlink_to(tmp_path / "removed")
    spool.append(line(came(1)))
    spool.tick(AT)
    with pytest.raises(SpoolFull):
        spool.append(line(came(2)))
    spool.close()


def test_what_could_not_be_written_down_is_told_by_a_line_of_its_own(tmp_path: Path) -> None:
    spool = SpoolWriter(tmp_path, AT, largest=50, most=1)
    spool.append(line(came(1)))
    spool.tick(AT)
    for second in (1, 2, 3):
        spool.note_loss(1, AT + timedelta(seconds=second))
    spool.note_loss(9, AT)
    spool.tick(AT + timedelta(seconds=3))
    told = [lost for portion in portions(tmp_path) for lost in portion.losses]
    assert [(lost.shop_id, lost.visits, lost.at, lost.until) for lost in told] == [
        (1, 3, AT + timedelta(seconds=1), AT + timedelta(seconds=3)),
        (9, 1, AT, AT),
    ]
    spool.tick(AT + timedelta(seconds=4))
    assert [lost for portion in portions(tmp_path) for lost in portion.losses] == told
    spool.close()


def test_a_file_that_cannot_be_begun_leaves_the_one_before_in_use(tmp_path: Path) -> None:
    """A full disk, or too many open files: clicks go on being kept, and no stranger's file gets them."""
    folder, gone = tmp_path / "spool", tmp_path / "gone"
    spool = SpoolWriter(folder, AT, largest=50)
    spool.append(line(came(1)))
    folder.rename(gone)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(OSError, match="No such file"):
            spool.tick(AT)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    with (tmp_path / "stranger").open("wb") as stranger:
        spool.append(line(came(2)))
    assert Path(stranger.name).read_bytes() == b""
    gone.rename(folder)
    spool.tick(AT)
    spool.append(line(came(3)))
    assert read(folder) == [1, 2, 3]
    spool.close()


def test_where_no_mark_can_be_written_the_folder_still_empties(tmp_path: Path) -> None:
    """A full disk must not keep the reader from making room on it."""
    spool = SpoolWriter(tmp_path, AT)
    (file,) = files(tmp_path)
    (tmp_path / f"{file.name}.taken.new").mkdir()
    spool.append(line(came(1)))
    assert read(tmp_path) == [1]
    assert read(tmp_path) == []
    spool.append(line(came(2)))
    assert read(tmp_path) == [2]
    spool.close()
    assert read(tmp_path) == []
    assert files(tmp_path) == []


def test_a_mark_that_the_disk_did_not_take_leaves_nothing_behind(tmp_path: Path) -> None:
    spool = SpoolWriter(tmp_path, AT)
    (file,) = files(tmp_path)
    spool.append(line(came(1)))
    (portion,) = portions(tmp_path)
    (tmp_path / f"{file.name}.taken").mkdir()  # The mark is written beside it, and cannot take its place.
    taken(portion)
    assert list(tmp_path.glob("*.new")) == []
    spool.close()


def test_one_reader_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path) as first, alone(tmp_path) as second:
        assert (first, second) == (True, False)
    with alone(tmp_path) as third:
        assert third


WRITES = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from app.tracking.spool.record import Visited, line
from app.tracking.spool.writer import SpoolWriter
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
spool = SpoolWriter(Path(sys.argv[1]), AT, largest=20_000)
def write(first):
    for number in range(first, first + 1_000_000):
        spool.append(line(Visited(1, 2, number, AT, ("a", "b"), "browser")))
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()
        if number % 100 == 0:
            spool.tick(AT)
for first in (1_000_000, 3_000_000, 5_000_000):
    Thread(target=write, args=(first,)).start()
"""


@pytest.mark.parametrize("after", [1, 50, 500, 5000])
def test_no_acknowledged_click_is_lost_when_the_process_is_killed(tmp_path: Path, after: int) -> None:
    """Three threads write and say so; the process is killed after so many lines, wherever it is then."""
    command = [sys.executable, "-c", WRITES, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(after)]
        os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.readlines()
    acknowledged = {int(number) for number in said if number.endswith("\n")}
    found = _until_nothing_waits(lambda: read(tmp_path))
    assert len(found) == len(set(found))
    assert acknowledged <= set(found)
    assert files(tmp_path) == []


def _until_nothing_waits(once: Callable[[], list[int]]) -> list[int]:
    found = once()
    while more := once():
        found += more
    return found
