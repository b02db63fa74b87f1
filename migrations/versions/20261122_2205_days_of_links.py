"""Links are counted by days, clicks that were lost are told of, and old months of clicks go when nothing needs them."""

import sqlalchemy as sa
from alembic import op

from app.db.rls import ROLE, fence

revision = "20261122_2205"
down_revision = "20261122_1930"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)

RETIRE_MONTH = """
create function retire_click_month(month date) returns int
language plpgsql security definer set search_path = public as $$
declare
  name text := 'clicks_' || to_char(month, 'YYYYMM');
  first date := date_trunc('month', month)::date;
  gone int;
begin
  if first + interval '14 months' > current_date then
    raise exception 'the clicks of % are kept: a month goes when it is a year and a month old', to_char(month, 'YYYY-MM')
      using errcode = 'restrict_violation';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('months of clicks', 0));
  if to_regclass(name) is null then
    return 0;
  end if;
  perform set_config('app.shop_ids', (select coalesce(array_agg(id), '{}')::text from shops), true);
  execute format('alter table clicks detach partition %I', name);
  -- In zones to the east the next month's first day holds some of them, too.
  update link_days set sealed = true where day <= first + interval '1 month' and not sealed;
  -- What an order names stays, as evidence of it: its month is no more, so it lies in clicks_rest.
  execute format($evidence$
    insert into clicks select c.* from %I c
    where exists (
      select from orders o where o.shop_id = c.shop_id and strpos(o.origin::text, 'tribute_click') > 0
        and substring(o.origin::text, '_?tribute_click(?:=|", ")[A-Za-z0-9_-]{24}([A-Za-z0-9_-]{12})')
          = translate(encode(set_byte('\\x00', 0, ((extract(epoch from c.at) * 1000)::bigint & 255)::int) || int8send(c.id), 'base64'), '+/', '-_'))
      or exists (
      select from orders o where o.shop_id = c.shop_id and o.origin ? 'attributes'
        and o.origin @> jsonb_build_object('attributes', jsonb_build_array(jsonb_build_array('_tribute_click', c.id::text))))
      or c.visitor is not null and exists (
      select from orders o where o.shop_id = c.shop_id and o.origin ? 'attributes'
        and o.origin @> jsonb_build_object('attributes', jsonb_build_array(jsonb_build_array('_tribute_visitor', c.visitor))))
  $evidence$, name);
  execute format('select count(*) from %I', name) into gone;
  execute format('drop table %I', name);
  perform set_config('app.shop_ids', '', true);
  return gone;
end $$
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    # The fence holds for an owner that is no superuser, too: without this it would read no click.
    op.execute(
        "select set_config('app.shop_ids', (select coalesce(array_agg(id), '{}')::text from shops), true)"
    )
    op.create_table(
        "click_losses",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.Column("visits", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_click_losses_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_click_losses")),
    )
    op.create_table(
        "link_days",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("clicks", sa.BigInteger(), nullable=False),
        sa.Column("duplicates", sa.BigInteger(), nullable=False),
        sa.Column("bots", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "link_id"], ["links.shop_id", "links.id"], name=op.f("fk_link_days_shop_id_link_id")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_link_days_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "link_id", "day", name=op.f("pk_link_days")),
    )
    op.execute(
        "insert into link_days (shop_id, link_id, day, clicks, duplicates, bots) "
        "select c.shop_id, c.link_id, cast(c.at at time zone s.timezone as date), count(*) filter (where verdict = 'billable'), "
        "count(*) filter (where verdict = 'duplicate'), count(*) filter (where verdict = 'bot') "
        "from clicks c join shops s on s.id = c.shop_id group by 1, 2, 3"
    )
    for table in ("click_losses", "link_days"):
        for statement in fence(table):
            op.execute(statement)
    op.execute(RETIRE_MONTH)
    op.execute("revoke execute on function retire_click_month from public")
    for function in ("retire_click_month", "make_click_months"):
        op.execute(f"grant execute on function {function} to {ROLE}")
