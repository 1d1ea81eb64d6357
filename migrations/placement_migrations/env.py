"""How migrations run: in one transaction, one process at a time, without losing a row on the way."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, text
from sqlalchemy.types import TypeDecorator

from placement.database import engine_for
from placement.lanes.jobs import QUEUE
from placement.settings import Settings
from placement.tables import METADATA

MIGRATION_LOCK = 5_202_027


def plain_type(kind: str, described: Any, drawn: AutogenContext) -> str | Literal[False]:  # noqa: ANN401
    """Render a type of this project as the plain type beneath it, so that a migration never changes with the code."""
    if kind == "type" and isinstance(described, TypeDecorator):
        return f"sa.{described.impl!r}"
    if kind == "type" and isinstance(described, JSON):
        drawn.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return 'sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")'
    return False


def is_ours(_described: Any, name: str | None, kind: str, *_: Any) -> bool:  # noqa: ANN401
    """Leave the tables of the queue to its own library."""
    return kind != "table" or name not in QUEUE


def run(connection: Connection) -> None:
    """Run the migrations asked for, and refuse to commit a reference to a row that does not exist."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        transactional_ddl=True,  # also on SQLite, because the engine begins transactions explicitly
        render_as_batch=True,
        render_item=plain_type,
        include_object=is_ours,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))  # fail rather than block everyone else
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
            if orphans:
                message = f"{len(orphans)} references lead nowhere, the first in {orphans[0][0]}"
                raise RuntimeError(message)


def run_alone() -> None:
    """Run the migrations in a transaction of their own."""
    engine = engine_for(context.config.attributes.get("url") or Settings().database_url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                # A batch migration replaces a table; with references enforced, rows that CASCADE from it would be
                # deleted.
                connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
            run(connection)
    finally:
        engine.dispose()


given: Connection | None = context.config.attributes.get("connection")
"""The connection, with a transaction under way, of whoever migrates as a part of something larger."""
if given is None:
    run_alone()
else:
    run(given)
