"""``placement migrate``: brings a new or older database to the tables of this version."""

from __future__ import annotations

from placement import database
from placement.cli.database import told_by_the_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.settings import Settings


def migrate(lang: Lang = Language.EN) -> None:
    """Migrate the database that PLACEMENT_DATABASE_URL names to this version."""
    with refusing_in(lang), told_by_the_database():
        database.migrate(Settings().database_url)
