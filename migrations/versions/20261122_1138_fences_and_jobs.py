"""Fences round each tenant, books that are only added to, the job queue, and what our role may do."""

from alembic import op
from procrastinate.schema import SchemaManager

from app.db.rls import ERASE_DECISIONS, REFUSE_CHANGE, ROLE, append_only, fence

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


FENCED = (
    "balances",
    "codes",
    "conversions",
    "creators",
    "credits",
    "decisions",
    "discount_nodes",
    "enrollments",
    "journal_entries",
    "links",
    "offers",
    "orders",
    "postings",
    "privacy_requests",
    "programs",
    "refunds",
    "rollup_creator_day",
    "rollup_shop_day",
    "shop_tokens",
)
APPEND_ONLY = ("journal_entries", "postings", "decisions", "offers")

ROLE_IF_MISSING = f"""
do $$ begin
  if not exists (select from pg_roles where rolname = '{ROLE}') then create role {ROLE} nologin; end if;
  execute format('grant {ROLE} to %I', current_user);
end $$
"""

GRANTS = (
    f"grant usage on schema public to {ROLE}",
    f"grant select, insert, update, delete on all tables in schema public to {ROLE}",
    f"grant usage, select on all sequences in schema public to {ROLE}",
    f"grant execute on all functions in schema public to {ROLE}",
    f"alter default privileges in schema public grant select, insert, update, delete on tables to {ROLE}",
    f"alter default privileges in schema public grant usage, select on sequences to {ROLE}",
    f"alter default privileges in schema public grant execute on functions to {ROLE}",
)

# lz4 made a body of 8 KB into 3.7 KB at no cost; a server built without it stores bodies as they are,
# because the older method takes longer than everything else on the intake path.
BODY_STORAGE = (
    """
do $$ begin
  if (select 'lz4' = any(enumvals) from pg_settings where name = 'default_toast_compression') then
    alter table inbox alter column body set compression lz4;
  else
    alter table inbox alter column body set storage external;
  end if;
end $$
""",
)


def upgrade() -> None:
    op.execute(ROLE_IF_MISSING)
    op.execute(REFUSE_CHANGE)
    op.execute(ERASE_DECISIONS)
    connection = op.get_bind()
    connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    for statement in (*GRANTS, *BODY_STORAGE):
        op.execute(statement)
    for table in FENCED:
        for statement in fence(table):
            op.execute(statement)
    for table in APPEND_ONLY:
        for statement in append_only(table):
            op.execute(statement)
