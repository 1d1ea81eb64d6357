"""Let tokens expire, be limited to scopes, be rotated, and tell when they were last used.

A token that exists already gets 400 days from now, so that nobody is shut out. On the way down, a token that has
expired or that is limited is revoked: the older version would let it do everything that its role may.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "a3f1d6c80b57"
down_revision = "4e8b0d7a19c3"
branch_labels = None
depends_on = None

DAYS = 400
COLUMNS = ("last_used_at", "expires_on", "scopes", "previous_until", "previous_sha256", "version")
CHECKS = ("scopes_words", "previous_until_then", "previous_sha256_length")


def upgrade() -> None:
    with op.batch_alter_table("api_token") as batch:
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("previous_sha256", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(
            sa.Column(
                "scopes", sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=True
            )
        )
        batch.add_column(sa.Column("expires_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    tokens = sa.table("api_token", sa.column("expires_on", sa.Date()))
    today = dt.datetime.now(dt.UTC).date()
    op.execute(tokens.update().values(expires_on=today + dt.timedelta(days=DAYS)))
    with op.batch_alter_table("api_token") as batch:
        batch.alter_column("version", server_default=None)
        batch.alter_column("expires_on", existing_type=sa.Date(), nullable=False)
        batch.create_check_constraint(
            op.f("ck_api_token_scopes_words"), """substr(CAST(scopes AS TEXT), 1, 2) = '["'"""
        )
        batch.create_check_constraint(
            op.f("ck_api_token_previous_until_then"), "(previous_sha256 IS NULL) = (previous_until IS NULL)"
        )
        batch.create_check_constraint(op.f("ck_api_token_previous_sha256_length"), "length(previous_sha256) = 64")


def downgrade() -> None:
    tokens = sa.table(
        "api_token",
        sa.column("expires_on", sa.Date()),
        sa.column("scopes"),
        sa.column("revoked_at", sa.DateTime(timezone=True)),
    )
    now = dt.datetime.now(dt.UTC)
    op.execute(
        tokens.update()
        .where(tokens.c.revoked_at.is_(None), sa.or_(tokens.c.expires_on < now.date(), tokens.c.scopes.is_not(None)))
        .values(revoked_at=now)
    )
    with op.batch_alter_table("api_token") as batch:
        for check in CHECKS:
            batch.drop_constraint(op.f(f"ck_api_token_{check}"), type_="check")
        for column in COLUMNS:
            batch.drop_column(column)
