"""Encrypt the secrets of webhooks, which were stored in clear; a step down decrypts them again."""

import sqlalchemy as sa
from alembic import op

from placement.keys import Keys, keys_of
from placement.settings import Settings

revision = "4e8b0d7a19c3"
down_revision = "9d2e61c4b7f0"
branch_labels = None
depends_on = None

IN_CLEAR = "whsec_"


def upgrade() -> None:
    for name, secret in in_use():
        if secret.startswith(IN_CLEAR):
            keep(name, keys().encrypt(secret))


def downgrade() -> None:
    for name, secret in in_use():
        if not secret.startswith(IN_CLEAR):
            keep(name, keys().decrypt(secret))


def keys() -> Keys:
    """Return the keys of the database that is migrated; asked for only where there is a secret."""
    url = op.get_bind().engine.url.render_as_string(hide_password=False)
    return keys_of(Settings(database_url=url))


def in_use() -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in op.get_bind().execute(sa.text("SELECT id, secret FROM webhook ORDER BY id"))]


def keep(name: str, secret: str) -> None:
    op.get_bind().execute(sa.text("UPDATE webhook SET secret = :secret WHERE id = :id"), {"secret": secret, "id": name})
