"""Store who signs in: accounts of an identity provider, links for those without one, sessions, and refusals."""

import sqlalchemy as sa
from alembic import op

revision = "9d2e61c4b7f0"
down_revision = "c2d94a7be610"
branch_labels = None
depends_on = None

REASONS = ("no-role", "several-roles", "withdrawn", "older", "link-used", "link-expired")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("subject_digest", sa.String(length=64), nullable=False),
        sa.Column("token_id", sa.String(length=128), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        moment("stated_at"),
        moment("created_at"),
        moment("withdrawn_at", nullable=True),
        sized("account"),
        digest("account", "subject_digest"),
        sa.CheckConstraint("length(label) BETWEEN 1 AND 200", name=op.f("ck_account_label_length")),
        reference("account", "token_id", "api_token"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("subject_digest", name=op.f("uq_account_subject_digest")),
    )
    op.create_table(
        "sign_in_link",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("token_id", sa.String(length=128), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.String(length=128), nullable=True),
        moment("created_at"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        sized("sign_in_link"),
        digest("sign_in_link", "secret_sha256"),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sign_in_link_expires_after_made")),
        reference("sign_in_link", "token_id", "api_token"),
        reference("sign_in_link", "made_by_id", "api_token"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_sign_in_link_secret_sha256")),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("token_id", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=True),
        sa.Column("link_id", sa.String(length=128), nullable=True),
        moment("created_at"),
        moment("used_at"),
        moment("ends_at"),
        sized("sign_in_session"),
        digest("sign_in_session", "secret_sha256"),
        sa.CheckConstraint(
            "(account_id IS NULL) <> (link_id IS NULL)", name=op.f("ck_sign_in_session_account_or_link")
        ),
        reference("sign_in_session", "token_id", "api_token"),
        reference("sign_in_session", "account_id", "account", ondelete="CASCADE"),
        reference("sign_in_session", "link_id", "sign_in_link", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_sign_in_session_secret_sha256")),
    )
    op.create_table(
        "sign_in_refusal",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(*REASONS, name="reason", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("account_id", sa.String(length=128), nullable=True),
        sa.Column("link_id", sa.String(length=128), nullable=True),
        moment("at"),
        sized("sign_in_refusal"),
        reference("sign_in_refusal", "account_id", "account", ondelete="CASCADE"),
        reference("sign_in_refusal", "link_id", "sign_in_link", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_refusal")),
    )
    for table, columns in INDEXED.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.create_index(batch.f(f"ix_{table}_{column}"), [column], unique=False)


INDEXED = {
    "account": ("token_id",),
    "sign_in_link": ("token_id", "made_by_id"),
    "sign_in_session": ("token_id", "account_id", "link_id", "ends_at"),
    "sign_in_refusal": ("account_id", "link_id"),
}


def downgrade() -> None:
    for table in ("sign_in_refusal", "sign_in_session", "sign_in_link", "account"):
        op.drop_table(table)


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    """Make a column with a moment."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def sized(table: str) -> sa.CheckConstraint:
    """Bound the length of an id."""
    return sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f(f"ck_{table}_id_length"))


def digest(table: str, column: str) -> sa.CheckConstraint:
    """Require a digest's length."""
    return sa.CheckConstraint(f"length({column}) = 64", name=op.f(f"ck_{table}_{column}_length"))


def reference(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """Make a reference that is checked when the transaction commits."""
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_{table}_{column}_{target}"),
        ondelete=ondelete,
        deferrable=True,
        initially="DEFERRED",
    )
