"""Whether the books of the demo's shops hold, and come out of their facts again, byte for byte."""

from devstore.demo.processes import App, DemoError
from devstore.demo.shops import SHOPS


def prove(app: App) -> int:
    """Prove and replay every shop; 0 when all of it holds, else 1 after saying what does not."""
    wrong = 0
    app.run("worker", "--until-idle")
    for shop in SHOPS:
        for command in ("prove", "replay"):
            try:
                said = app.run(command, shop.domain).strip().splitlines()[-1]
            except DemoError as problem:
                wrong, said = 1, str(problem)
            print(f"  {command:<7} {shop.domain}: {said}")
    return wrong
