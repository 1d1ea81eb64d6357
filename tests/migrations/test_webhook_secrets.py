"""Secrets of webhooks from before they were encrypted are encrypted by the migration, and read by the service."""

from __future__ import annotations

from alembic import command
from sqlmodel import select

from placement.database import engine_for, migrate, migrations_of, open_session
from placement.keys import keys_of
from placement.settings import Settings
from placement.tables import Webhook
from tests.rows import small_world

BEFORE = "9d2e61c4b7f0"
CLEAR = "whsec_" + "A" * 43 + "="


def test_secrets_in_clear_are_encrypted_and_a_step_down_shows_them_again(migrated_url: str) -> None:
    engine, keys = engine_for(migrated_url), keys_of(Settings())
    with open_session(engine) as session:
        session.add_all(small_world())
    with open_session(engine) as session:
        webhook = session.exec(select(Webhook)).one()
        name, webhook.secret = webhook.id, keys.encrypt(CLEAR)
    engine.dispose()

    def stored() -> str:
        with open_session(engine) as session:
            return session.get_one(Webhook, name).secret

    command.downgrade(migrations_of(migrated_url), BEFORE)
    assert stored() == CLEAR
    engine.dispose()
    migrate(migrated_url)
    assert keys.decrypt(stored()) == CLEAR
    engine.dispose()
