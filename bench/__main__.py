"""`make bench`: every benchmark of the product, its table, and which gates it meets. Never a test."""

import argparse
import json
from pathlib import Path

from bench import intake
from bench.database import database

RESULT = Path(".tribute/bench.json")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--only", choices=["intake"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    given = parser.parse_args()
    with database() as server:
        figures, gates = intake.run(server, rounds=given.rounds, seconds=given.seconds)
    print("\nGates")
    for gate in gates:
        print(gate.line())
    RESULT.parent.mkdir(exist_ok=True)
    ratios = {gate.name: gate.ratio for gate in gates}
    RESULT.write_text(json.dumps({"figures": figures, "ratios": ratios}, indent=2) + "\n")
    print(f"\nAll of it: {RESULT}")


if __name__ == "__main__":
    main()
