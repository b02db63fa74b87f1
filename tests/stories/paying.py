"""What stories about payouts do: creators who are owed money, details, runs, and what became of them."""

import re
from dataclasses import dataclass

import requests
from sqlalchemy import text

from app.commissions.balances import balances
from app.reports.proof import offenders
from tests.stories.house import House

PAYOUTS = frozenset({
    "in transit equals the open payouts", "cash equals what was paid", "every payout equals what it pays for",
})  # fmt: skip


@dataclass
class Paying:
    """A house with a program, and its merchant at work on payouts."""

    house: House

    def __post_init__(self) -> None:
        self.house.set_terms()

    def creator(self, name: str, handle: str, minor: int, **details: str) -> None:
        """Somebody who is owed a bonus that is payable at once, and who said where to be paid."""
        self.house.add_creator(name, handle, f"{handle.upper()}10")
        bonus = {"kind": "bonus", "program": "main", "amount": f"{minor / 100:.2f}", "hold_days": "0",
                 "reason": "For the film.", "once": handle}  # fmt: skip
        assert self.house.ask("POST", f"/creators/{handle}/awards", **bonus).status_code == 303
        if details:
            self.enter(handle, **details)

    def enter(self, handle: str, **details: str) -> None:
        answer = self.house.ask("POST", f"/creators/{handle}/payout/details", **details)
        assert answer.status_code == 303, answer.text

    def connect(self, provider: str, **keys: str) -> None:
        """Enter keys of a pretend provider, which from then on tells the app by webhooks."""
        here = f"/payouts/settings/providers/{provider}"
        assert self.house.ask("POST", here, **keys).status_code == 303
        assert self.house.ask("POST", f"{here}/test").status_code == 303
        shown = self.house.ask("GET", "/payouts/settings").text
        path = re.search(rf"/webhooks/{provider}/[\w-]+", shown)
        assert path is not None
        self.control(f"/{provider}/webhooks", path=path[0])

    def control(self, verb: str, **said: object) -> requests.Response:
        """A word to the pretend provider."""
        answer = requests.post(f"{self.house.devstore.url}/_control{verb}", json=said, timeout=20)
        assert answer.ok, answer.text
        return answer

    def received(self, provider: str) -> dict[str, object]:
        """What arrived at the provider, by payee."""
        rows = requests.get(f"{self.house.devstore.url}/pretend/{provider}/sent", timeout=20).json()
        return {row["recipient"]: row["amount"] for row in rows}

    def comes_to(self, handle: str, *states: str) -> bool:
        """Whether the creator's payout is there, after the job that looks every five minutes has come round."""
        self.house.wiring.payout_worker.round(self.house.shop_id)
        return self.states().get(handle) in states

    def run(self) -> int:
        """A run of what is payable, not yet approved."""
        location = self.house.ask("POST", "/payouts/runs").headers["Location"]
        found = re.search(r"/runs/(\d+)", location)
        assert found is not None
        return int(found[1])

    def approved_run(self) -> int:
        run = self.run()
        answer = self.house.ask("POST", f"/payouts/runs/{run}/approval")
        assert answer.status_code == 303, answer.text
        return run

    def states(self) -> dict[str, str]:
        """Of the latest payout of each creator."""
        found = text(
            "select k.handle, o.state from payouts o join creators k on k.shop_id = o.shop_id and k.id = o.creator_id "
            "order by o.id"
        )
        with self.house.wiring.shop_session(self.house.shop_id) as session:
            return {row.handle: row.state for row in session.execute(found)}

    def payout(self, handle: str) -> int:
        """The number of the latest payout of a creator."""
        found = text(
            "select max(o.id) from payouts o join creators k on k.shop_id = o.shop_id and k.id = o.creator_id "
            "where k.handle = :handle"
        )
        with self.house.wiring.shop_session(self.house.shop_id) as session:
            return int(session.execute(found, {"handle": handle}).scalar_one())

    def balance(self, handle: str, currency: str = "EUR") -> dict[str, int]:
        with self.house.wiring.shop_session(self.house.shop_id) as session:
            return balances(session, currency, self.house.state.now)[handle][currency]

    def faults(self) -> list[str]:
        """What the proof of the books says of payouts."""
        with self.house.wiring.shop_session(self.house.shop_id) as session:
            return [said for name, said in offenders(session).items() if name in PAYOUTS and said]
