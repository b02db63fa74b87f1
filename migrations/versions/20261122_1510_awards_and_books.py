"""What is earned without an order; entries that must have postings; files of other apps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.rls import fence

revision = "0010"
down_revision = "0005"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
AT = sa.DateTime(timezone=True)

# A statement trigger looks once however many rows a batch writes. Each look-up is one by the index: without
# the setting, a plan made while the table was still small would read all of it for ever.
BARE_ENTRY = """
create function refuse_bare_entry() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  bare text;
begin
  select e.idempotency_key into bare from written e
  where (select p.id from postings p where p.shop_id = e.shop_id and p.entry_id = e.id limit 1) is null
  limit 1;
  if bare is not null then
    raise exception 'the entry % has no posting: an entry and its postings are written in one statement', bare
      using errcode = 'restrict_violation';
  end if;
  return null;
end $$
"""
LATE_POSTING = """
create function refuse_late_posting() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  late bigint;
begin
  select w.entry_id into late
  from (select shop_id, entry_id, count(*) as lines from written group by 1, 2) w
  where w.lines <> (select count(*) from postings p where p.shop_id = w.shop_id and p.entry_id = w.entry_id)
  limit 1;
  if late is not null then
    raise exception 'entry % is closed: a posting that comes later belongs to an entry of its own', late
      using errcode = 'restrict_violation';
  end if;
  return null;
end $$
"""
ON_INSERT = "after insert on {0} referencing new table as written for each statement execute function {1}()"
WHOLE_ENTRIES = (
    BARE_ENTRY,
    LATE_POSTING,
    "create trigger journal_entries_have_postings "
    + ON_INSERT.format("journal_entries", "refuse_bare_entry"),
    "create trigger postings_come_at_once " + ON_INSERT.format("postings", "refuse_late_posting"),
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    _postings()
    _awards()
    _imports()
    for table in ("rollup_creator_day", "rollup_shop_day"):
        for measure in ("fees_minor", "gifts_minor"):
            op.add_column(table, sa.Column(measure, sa.BigInteger(), server_default="0", nullable=False))
    for table in ("awards", "history_imports"):
        for statement in fence(table):
            op.execute(statement)
    for statement in WHOLE_ENTRIES:
        op.execute(statement)


def _postings() -> None:
    op.add_column("postings", sa.Column("award", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_postings_one_subject"), "postings", "order_id is null or award is null"
    )
    op.create_index(
        "ix_postings_award", "postings", ["shop_id", "award"], postgresql_where=sa.text("award is not null")
    )
    op.create_index("ix_postings_entry", "postings", ["shop_id", "entry_id"])


def _awards() -> None:
    op.create_table(
        "awards",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("earned_at", AT, nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("matures_at", AT, nullable=False),
        sa.Column("matured", sa.Boolean(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("revoked_at", AT, nullable=True),
        sa.Column("import_digest", sa.Text(), nullable=True),
        sa.CheckConstraint("amount_minor >= 0 or kind = 'imported'", name=op.f("ck_awards_amount")),
        sa.ForeignKeyConstraint(
            ["shop_id", "creator_id"],
            ["creators.shop_id", "creators.id"],
            name=op.f("fk_awards_shop_id_creator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "program_id"],
            ["programs.shop_id", "programs.id"],
            name=op.f("fk_awards_shop_id_program_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_awards_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "key", name=op.f("pk_awards")),
    )
    op.create_index("ix_awards_creator_day", "awards", ["shop_id", "creator_id", "earned_on"])
    op.create_index(
        "ix_awards_maturing",
        "awards",
        ["shop_id", "matures_at"],
        postgresql_where=sa.text("not matured and revoked_at is null"),
    )
    op.create_index(
        "ix_awards_import",
        "awards",
        ["shop_id", "import_digest"],
        postgresql_where=sa.text("import_digest is not null"),
    )


def _imports() -> None:
    op.create_table(
        "history_imports",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("options", JSONB, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("uploaded_at", AT, nullable=False),
        sa.Column("imported_at", AT, nullable=True),
        sa.Column("undone_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_history_imports_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "digest", name=op.f("pk_history_imports")),
    )
