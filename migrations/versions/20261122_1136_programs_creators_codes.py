"""Programs and offers, creators, codes and links."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "creators",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_key", sa.LargeBinary(), nullable=True),
        sa.Column("profile", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_creators_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_creators")),
        sa.UniqueConstraint("shop_id", "handle", name=op.f("uq_creators_shop_id_handle")),
    )
    op.create_index("ix_creators_email_key", "creators", ["shop_id", "email_key"], unique=False)
    op.create_table(
        "programs",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("window_days", sa.BigInteger(), nullable=False),
        sa.Column("hold_days", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hold_days between 0 and 120", name=op.f("ck_programs_hold")),
        sa.CheckConstraint("window_days between 1 and 365", name=op.f("ck_programs_window")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_programs_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_programs")),
        sa.UniqueConstraint("shop_id", "handle", name=op.f("uq_programs_shop_id_handle")),
    )
    op.create_table(
        "discount_nodes",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("gid", sa.Text(), nullable=False),
        sa.Column("terms_digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "program_id"],
            ["programs.shop_id", "programs.id"],
            name=op.f("fk_discount_nodes_shop_id_program_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_discount_nodes_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_discount_nodes")),
        sa.UniqueConstraint("shop_id", "program_id", name=op.f("uq_discount_nodes_shop_id_program_id")),
    )
    op.create_table(
        "enrollments",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "active",
            postgresql.TSTZMULTIRANGE(),
            server_default=sa.text("'{(,)}'::tstzmultirange"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "creator_id"],
            ["creators.shop_id", "creators.id"],
            name=op.f("fk_enrollments_shop_id_creator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "program_id"],
            ["programs.shop_id", "programs.id"],
            name=op.f("fk_enrollments_shop_id_program_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_enrollments_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_enrollments")),
        sa.UniqueConstraint(
            "shop_id", "creator_id", "program_id", name=op.f("uq_enrollments_shop_id_creator_id_program_id")
        ),
    )
    op.create_index("ix_enrollments_program", "enrollments", ["shop_id", "program_id"], unique=False)
    op.create_table(
        "offers",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "program_id"],
            ["programs.shop_id", "programs.id"],
            name=op.f("fk_offers_shop_id_program_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_offers_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_offers")),
        sa.UniqueConstraint(
            "shop_id", "program_id", "version", name=op.f("uq_offers_shop_id_program_id_version")
        ),
    )
    op.create_index("ix_offers_from", "offers", ["shop_id", "program_id", "effective_from"], unique=False)
    op.create_table(
        "codes",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("enrollment_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("redeem_code_gid", sa.Text(), nullable=True),
        sa.Column("bulk_gid", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'issuing', 'active', 'failed', 'disabled')", name=op.f("ck_codes_state")
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "enrollment_id"],
            ["enrollments.shop_id", "enrollments.id"],
            name=op.f("fk_codes_shop_id_enrollment_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_codes_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_codes")),
        sa.UniqueConstraint("shop_id", "folded", name=op.f("uq_codes_shop_id_folded")),
    )
    op.create_index("ix_codes_enrollment", "codes", ["shop_id", "enrollment_id"], unique=False)
    op.create_index(
        "ix_codes_waiting",
        "codes",
        ["shop_id", "id"],
        unique=False,
        postgresql_where=sa.text("state in ('waiting', 'issuing')"),
    )
    op.create_table(
        "links",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("enrollment_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("to_path", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "enrollment_id"],
            ["enrollments.shop_id", "enrollments.id"],
            name=op.f("fk_links_shop_id_enrollment_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_links_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_links")),
    )
    op.create_index("ix_links_enrollment", "links", ["shop_id", "enrollment_id"], unique=False)
