"""Each shop says for how many days visits are kept; a month that goes leaves the clicks by which a pixel's order came."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_0120"
down_revision = "20261123_0105"
branch_labels = None
depends_on = None

RETIRE_MONTH = """
create or replace function retire_click_month(month date) returns int
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
      or exists (
      select from pixel_events e
      join pixel_events p on p.shop_id = e.shop_id and p.client = e.client and p.checkout is not null
      join orders o on o.shop_id = e.shop_id and o.origin ->> 'checkout' = p.checkout and o.origin ? 'checkout'
      where e.shop_id = c.shop_id and e.click_id = c.id)
  $evidence$, name);
  execute format('select count(*) from %I', name) into gone;
  execute format('drop table %I', name);
  perform set_config('app.shop_ids', '', true);
  return gone;
end $$
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("shops", sa.Column("visit_days", sa.BigInteger(), server_default="425", nullable=False))
    op.create_check_constraint(op.f("ck_shops_visit_days"), "shops", "visit_days between 30 and 425")
    op.execute(RETIRE_MONTH)
