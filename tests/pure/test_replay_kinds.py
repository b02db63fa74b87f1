"""Whatever the app writes into the decision log can be taken again by replay."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.flows.replay_decisions import VERBS

APP = Path(__file__).resolve().parents[2] / "app"
KIND = re.compile(r"[a-z_]+\.[a-z_]+")


def calls() -> Iterator[tuple[Path, ast.expr, ast.Module]]:
    """The argument that names the kind, of every call of audit.store.record and record_all."""
    for file in sorted(APP.rglob("*.py")):
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"record", "record_all"} and "actor" in {k.arg for k in node.keywords}:
                yield file, node.args[1], tree


def kinds(named: ast.expr, tree: ast.Module) -> set[str]:
    """What the argument may be: itself, what fits its pattern, or any kind that its file speaks of."""
    if isinstance(named, ast.Constant):
        return {str(named.value)}
    if isinstance(named, ast.JoinedStr):
        parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[a-z_]+" for p in named.values]
        return {kind for kind in VERBS if re.fullmatch("".join(parts), kind)}
    texts = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return {text for text in texts if KIND.fullmatch(text)}


def test_every_kind_that_is_recorded_anywhere_can_be_taken_again() -> None:
    found = {
        (file.relative_to(APP).as_posix(), kind)
        for file, named, tree in calls()
        for kind in kinds(named, tree)
    }
    assert len(found) > 15
    assert sorted((file, kind) for file, kind in found if kind not in VERBS) == []


def test_every_call_that_records_names_a_kind() -> None:
    assert [str(file) for file, named, tree in calls() if not kinds(named, tree)] == []


def test_every_kind_that_can_be_taken_again_is_recorded_somewhere() -> None:
    recorded = {kind for _, named, tree in calls() for kind in kinds(named, tree)}
    assert sorted(VERBS.keys() - recorded) == []


def test_the_contract_names_every_kind() -> None:
    contract = (APP.parent / "docs/contracts.md").read_text()
    log = contract[contract.index("## Decision log") :]
    named = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", log))
    assert sorted(VERBS.keys() - named) == []
