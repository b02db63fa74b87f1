"""A shop that its merchant can open: a World with a token, and a look at everything it holds."""

from sqlalchemy import text

from app.db.schema import shop_owned_tables
from tests.conftest import NOW
from tests.world import World

INSTALLED_ON = "2026-08-01"


class Shop(World):
    """A World whose merchant has opened the app."""

    def connect(self) -> None:
        """As the install leaves it: the guard lets its staff in."""
        self.run(
            "update shops set authorized_at = :now, installed_at = :on where id = :shop",
            now=NOW,
            on=INSTALLED_ON,
        )

    def everything(self) -> dict[str, list[str]]:
        """Every row of the shop, by table."""
        with self.wiring.shop_session(self.shop_id) as session:
            return {
                table: sorted(session.execute(text(f"select cast(t as text) from {table} t")).scalars())  # noqa: S608 - our own names
                for table in shop_owned_tables()
            }

    def run(self, statement: str, **facts: object) -> None:
        """Change rows of this shop as nothing in the app would."""
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            session.execute(text(statement), {"shop": self.shop_id, **facts})

    def add_figures(self, handle: str, *, net_minor: int) -> None:
        """What one more order of today leaves in the rollups."""
        cell = {"day": NOW.date(), "net": net_minor, "program": self.program_id, "handle": handle}
        measures = "orders, gmv_minor, gross_minor, net_minor, commission_minor"
        self.run(
            f"insert into rollup_creator_day (shop_id, creator_id, program_id, day, currency, {measures}) "  # noqa: S608
            "select :shop, id, :program, :day, 'EUR', 1, :net, :net, :net, 0 from creators where handle = :handle",
            **cell,
        )
        self.run(
            f"insert into rollup_shop_day (shop_id, day, currency, {measures}) "  # noqa: S608
            "values (:shop, :day, 'EUR', 1, :net, :net, :net, 0)",
            **cell,
        )
