"""Clicks are cut by months, and say more of themselves: who it may have been, with what, from where."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.rls import ROLE, VISIBLE, fence

revision = "20261122_1930"
down_revision = "20261122_1850"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
CLICK_OF = """substring(origin::text, '_?tribute_click(?:=|", ")[A-Za-z0-9_-]{24}([A-Za-z0-9_-]{12})')"""

MAKE_MONTHS = """
create function make_click_months(first date, months int) returns int
language plpgsql security definer set search_path = public as $$
declare
  month date;
  name text;
  made int := 0;
  starts timestamptz;
  ends timestamptz;
begin
  if months not between 1 and 24 then
    raise exception 'make_click_months makes 1 to 24 months, not %', months;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('months of clicks', 0));
  -- The fence holds for the owner as well: what lies in clicks_rest is of any shop.
  perform set_config('app.shop_ids', (select coalesce(array_agg(id), '{}')::text from shops), true);
  for i in 0 .. months - 1 loop
    month := date_trunc('month', first)::date + make_interval(months => i);
    name := 'clicks_' || to_char(month, 'YYYYMM');
    continue when to_regclass(name) is not null;
    starts := month::timestamp at time zone 'UTC';
    ends := (month + interval '1 month') at time zone 'UTC';
    execute format('create table %I (like clicks including all)', name);
    -- Clicks that came before their month was made wait in clicks_rest.
    execute format('with late as (delete from clicks_rest where at >= $1 and at < $2 returning *) insert into %I select * from late', name)
      using starts, ends;
    execute format('alter table clicks attach partition %I for values from (%L) to (%L)', name, starts, ends);
    perform fence_click_month(name);
    made := made + 1;
  end loop;
  perform set_config('app.shop_ids', '', true);
  return made;
end $$
"""

FENCE_MONTH = f"""
create function fence_click_month(name text) returns void language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy %I on %I using ({VISIBLE.replace("'", "''")}) with check ({VISIBLE.replace("'", "''")})', name || '_of_shop', name);
  execute format('revoke all on %I from {ROLE}', name);
end $$
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.execute("alter table clicks rename to clicks_before")
    for name in ("pk_clicks", "ix_clicks_visitor", "ix_clicks_link"):
        op.execute(f"alter index {name} rename to {name}_before")
    _clicks()
    for statement in fence("clicks"):
        op.execute(statement)
    op.execute(FENCE_MONTH)
    op.execute(MAKE_MONTHS)
    op.execute(f"revoke execute on function fence_click_month from public, {ROLE}")
    op.execute("revoke execute on function make_click_months from public")
    op.execute("create table clicks_rest partition of clicks default")
    op.execute("select fence_click_month('clicks_rest')")
    op.execute("select make_click_months(current_date, 3)")
    # The fence holds for an owner that is no superuser, too: without this it would bring no click over.
    op.execute(
        "select set_config('app.shop_ids', (select coalesce(array_agg(id), '{}')::text from shops), true)"
    )
    op.execute(
        "insert into clicks (shop_id, id, at, link_id, visitor, verdict, consent, landing, referrer, recorded_at) "
        "select shop_id, id, at, link_id, visitor, verdict, consent, landing, referrer, recorded_at from clicks_before"
    )
    op.execute("drop table clicks_before")
    # Orders by the click whose token they carry: a click that is learnt late changes who brought them.
    op.create_index(
        "ix_orders_clicked",
        "orders",
        ["shop_id", sa.text(CLICK_OF)],
        postgresql_where=sa.text("strpos(origin::text, 'tribute_click') > 0"),
    )


def _clicks() -> None:
    op.create_table(
        "clicks",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("visitor", sa.Text(), nullable=True),
        sa.Column("print", postgresql.BYTEA(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("landing", sa.Text(), nullable=True),
        sa.Column("referrer", sa.Text(), nullable=True),
        sa.Column("recorded_at", AT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("verdict in ('billable', 'duplicate', 'bot')", name=op.f("ck_clicks_verdict")),
        sa.CheckConstraint("consent in ('granted', 'denied', 'unknown')", name=op.f("ck_clicks_consent")),
        sa.ForeignKeyConstraint(
            ["shop_id", "link_id"], ["links.shop_id", "links.id"], name=op.f("fk_clicks_shop_id_link_id")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_clicks_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", "at", name=op.f("pk_clicks")),
        postgresql_partition_by="range (at)",
    )
    for name, columns, where in _INDEXES:
        op.create_index(name, "clicks", columns, postgresql_where=sa.text(where) if where else None)


_INDEXES = (
    ("ix_clicks_visitor", ["shop_id", "visitor", "at"], "visitor is not null"),
    ("ix_clicks_link", ["shop_id", "link_id", "at"], None),
    ("ix_clicks_print", ["shop_id", "link_id", "print", "at"], "verdict = 'billable' and print is not null"),
)
