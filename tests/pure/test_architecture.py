"""What import-linter and ruff cannot see: budgets of size, floats near money, words that must not stand."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    p for room in ("app", "devstore", "tests", "bench", "tools") for p in (ROOT / room).rglob("*.py")
)
SCRIPTS = sorted(p for p in (ROOT / "app").rglob("*") if p.suffix in {".js", ".css", ".html"})
MONEY_ROOMS = ("kernel", "ledger", "commissions", "attribution", "fraud", "orders", "campaigns", "flows")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*SOURCES, *SCRIPTS], ids=name_of)
def test_no_file_is_longer_than_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_function_is_longer_than_one_screen(path: Path) -> None:
    functions = [
        n
        for n in ast.walk(ast.parse(path.read_text()))
        if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    too_long = {f.name: f.end_lineno - f.lineno + 1 for f in functions if f.end_lineno is not None}
    assert {name: lines for name, lines in too_long.items() if lines > 40} == {}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_is_left_to_do_and_nothing_is_swallowed(path: Path) -> None:
    words = "TO" + "DO|FIX" + "ME|Not" + "ImplementedError|mock" + r"\.patch|except Exception:\s*pass"
    assert re.search(words, path.read_text()) is None


@pytest.mark.parametrize(
    "path",
    [p for p in SOURCES if p.is_relative_to(ROOT / "app") and p.parts[len(ROOT.parts) + 1] in MONEY_ROOMS],
    ids=name_of,
)
def test_no_float_comes_near_money(path: Path) -> None:
    tree = ast.parse(path.read_text())
    floats = [
        n.lineno
        for n in ast.walk(tree)
        if (isinstance(n, ast.Constant) and isinstance(n.value, float))
        or (isinstance(n, ast.Name) and n.id == "float")
    ]
    assert floats == []
