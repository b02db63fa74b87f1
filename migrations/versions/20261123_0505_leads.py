"""Leads that creators brought."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app.db.rls import fence

revision = "20261123_0505"
down_revision = "20261123_0445"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)

# The function as it stands, with one more reason to keep a click.
KEEP_NAMED = """
do $do$
declare
  held text := pg_get_functiondef('retire_click_month(date)'::regprocedure);
  last_reason text := 'where e.shop_id = c.shop_id and e.click_id = c.id)';
  named text := ' or exists (
      select from lead_events d where d.shop_id = c.shop_id and (d.click_id = c.id or d.visitor = c.visitor))';
begin
  if strpos(held, last_reason) = 0 then
    raise exception 'retire_click_month is not the function that this migration knows';
  end if;
  execute replace(held, last_reason, last_reason || named);
end $do$
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "lead_events",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("ref", "source", "key", "action")),
        sa.Column("at", AT, nullable=False),
        sa.Column("recorded_at", AT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("person", sa.LargeBinary(), nullable=True),
        sa.Column("visitor", sa.Text(), nullable=True),
        sa.Column("click_id", sa.BigInteger(), nullable=True),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("contact", JSONB(), nullable=False),
        sa.Column("ruling", sa.Text(), nullable=True),
        sa.Column("ruling_reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("ruled_by", sa.Text(), nullable=True),
        sa.Column("ruled_at", AT, nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("program_id", sa.BigInteger(), nullable=True),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("amount", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_lead_events_shop_id")),
        *(_of(column, table) for column, table in (("program_id", "programs"), ("creator_id", "creators"))),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_lead_events")),
        sa.UniqueConstraint("shop_id", "source", "key", name=op.f("uq_lead_events_shop_id_source_key")),
        sa.UniqueConstraint("shop_id", "ref", name=op.f("uq_lead_events_shop_id_ref")),
        *_checks(),
    )
    for column in ("state", "creator_id"):
        op.create_index(
            f"ix_lead_events_{column.removesuffix('_id')}", "lead_events", ["shop_id", column, "at"]
        )
    for column in ("person", "visitor", "click_id"):
        op.create_index(f"ix_lead_events_{column.removesuffix('_id')}", "lead_events", ["shop_id", column])
    for statement in fence("lead_events"):
        op.execute(statement)
    op.execute(KEEP_NAMED)


def _of(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_lead_events_shop_id_{column}")
    return sa.ForeignKeyConstraint(["shop_id", column], [f"{table}.shop_id", f"{table}.id"], name=name)


def _checks() -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(condition, name=op.f(f"ck_lead_events_{name}"))
        for name, condition in (
            ("source", "source in ('form', 'api', 'customer')"),
            ("ruling", "ruling in ('approved', 'rejected')"),
            ("state", "state in ('pending', 'approved', 'rejected', 'duplicate', 'unqualified')"),
        )
    ]
