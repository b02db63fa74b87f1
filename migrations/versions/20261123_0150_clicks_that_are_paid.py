"""A month that goes leaves the clicks for which a program pays: what was earned can be worked out again."""

from alembic import op

revision = "20261123_0150"
down_revision = "20261123_0142"
branch_labels = None
depends_on = None

# The function as it stands, with one more reason to keep a click.
KEEP_PAID = """
do $do$
declare
  held text := pg_get_functiondef('retire_click_month(date)'::regprocedure);
  last_reason text := 'where e.shop_id = c.shop_id and e.click_id = c.id)';
  paid text := ' or exists (
      select from links l
      join enrollments n on n.shop_id = l.shop_id and n.id = l.enrollment_id
      join offers f on f.shop_id = n.shop_id and f.program_id = n.program_id
      where l.shop_id = c.shop_id and l.id = c.link_id
        and f.content -> ''rules'' @> ''[{"kind": "per_click"}]'')';
begin
  if strpos(held, last_reason) = 0 then
    raise exception 'retire_click_month is not the function that this migration knows';
  end if;
  execute replace(held, last_reason, last_reason || paid);
end $do$
"""


def upgrade() -> None:
    op.execute(KEEP_PAID)
