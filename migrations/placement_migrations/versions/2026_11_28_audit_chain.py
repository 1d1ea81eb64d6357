"""Chain the entries of the audit trail, and let the database refuse to change or remove any.

The entries from before are numbered without gaps, in their order, and chained. A draw that was named by its entry's
number keeps its name. Only one change to an entry is let through: that its values, its people and its salt are
erased. Who owns the tables can still remove the triggers; ``placement audit verify`` then finds what was done.

A later migration that replaces this table on SQLite has to make the triggers anew.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "8f3b5c1d7e42"
down_revision = "7f1c5d20b9e4"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
ACTIONS = "action IN ('created', 'changed', 'removed'{read})"
WHOLE_OR_ERASED = "salt IS NOT NULL OR (before IS NULL AND after IS NULL AND people IS NULL)"
CHECKS = {
    "sequence_bounds": "sequence > 0",
    "salt_length": "length(salt) = 32",
    "payload_hash_length": "length(payload_hash) = 64",
    "hash_length": "length(hash) = 64",
    "whole_or_erased": WHOLE_OR_ERASED,
}
AT_A_TIME = 5_000
ENTRY = sa.table(
    "audit_entry",
    *(sa.column(name) for name in ("sequence", "actor_token", "actor_role", "actor_organisation", "action")),
    *(sa.column(name) for name in ("object_type", "object_id", "trace", "salt", "payload_hash", "hash")),
    sa.column("at", sa.DateTime(timezone=True)),
    *(sa.column(name, JSON) for name in ("before", "after", "people")),
)
KEPT = (
    "sequence",
    "at",
    "actor_token",
    "actor_role",
    "actor_organisation",
    "action",
    "object_type",
    "object_id",
    "trace",
    "payload_hash",
    "hash",
)
ERASED = ("before", "after", "people", "salt")
CHANGED = " OR ".join(
    [*(f"NEW.{name} {{other}} OLD.{name}" for name in KEPT), *(f"NEW.{name} IS NOT NULL" for name in ERASED)]
)
"""What makes a change one that is refused; the databases have different words for being another."""
REFUSED = "the audit trail is never changed or removed"


def upgrade() -> None:
    with op.batch_alter_table("audit_entry") as batch:
        batch.add_column(sa.Column("people", JSON, nullable=True))
        batch.add_column(sa.Column("salt", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("payload_hash", sa.String(length=64), nullable=False, server_default=""))
        batch.add_column(sa.Column("hash", sa.String(length=64), nullable=False, server_default=""))
        batch.drop_constraint(batch.f("ck_audit_entry_action"), type_="check")
        batch.create_check_constraint(batch.f("ck_audit_entry_action"), ACTIONS.format(read=", 'read'"))
        batch.create_index(batch.f("ix_audit_entry_at"), ["at"])
    chain()
    with op.batch_alter_table("audit_entry") as batch:
        batch.alter_column("payload_hash", server_default=None, existing_type=sa.String(64), existing_nullable=False)
        batch.alter_column("hash", server_default=None, existing_type=sa.String(64), existing_nullable=False)
        for name, check in CHECKS.items():
            batch.create_check_constraint(batch.f(f"ck_audit_entry_{name}"), check)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE audit_entry ALTER COLUMN sequence DROP DEFAULT")
        op.execute("DROP SEQUENCE IF EXISTS audit_entry_sequence_seq")
    guard()


def chain() -> None:
    """Chain the entries with new numbers, so many at a time that memory stays as it is."""
    connection = op.get_bind()
    last, before, number = 0, "0" * 64, 0
    change = (
        sa.update(ENTRY)
        .where(ENTRY.c.sequence == sa.bindparam("old"))
        .values({name: sa.bindparam(f"new_{name}") for name in ("sequence", "after", "salt", "payload_hash", "hash")})
    )
    while True:
        some = sa.select(ENTRY).where(ENTRY.c.sequence > last).order_by(ENTRY.c.sequence).limit(AT_A_TIME)
        entries = [dict(row) for row in connection.execute(some).mappings()]
        if not entries:
            return
        changes = []
        for entry in entries:
            last, number = entry["sequence"], number + 1
            if entry["object_type"] == "lottery_draw":
                entry["after"] = {"id": f"drw_{last}", **(entry["after"] or {})}
            entry |= {"sequence": number, "salt": secrets.token_hex(16), "at": in_utc(entry["at"])}
            entry["payload_hash"] = hash_of_payload(entry)
            before = entry["hash"] = hash_of_entry(before, entry)
            new = {f"new_{name}": entry[name] for name in ("sequence", "after", "salt", "payload_hash", "hash")}
            changes.append({"old": last, **new})
        connection.execute(change, changes)


# How an entry was hashed when this migration was written; ``placement.store.hashes`` may go on from here.


def hash_of_payload(entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry's values and people, with its salt."""
    return hashlib.sha256(canonical({name: entry[name] for name in ERASED})).hexdigest()


def hash_of_entry(before: str, entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry and of the hash before it."""
    values = {name: entry[name] for name in KEPT if name != "hash"}
    values["at"] = entry["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(bytes.fromhex(before) + canonical(values)).hexdigest()


def canonical(values: Any) -> bytes:  # noqa: ANN401 (any JSON)
    """Return canonical JSON; a whole number that JSON cannot hold exactly counts as the nearest one that it can."""
    try:
        return rfc8785.dumps(values)
    except rfc8785.IntegerDomainError:
        return rfc8785.dumps(as_doubles(values))


def as_doubles(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    """Return JSON with each whole number as a double."""
    if isinstance(value, dict):
        return {name: as_doubles(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_doubles(each) for each in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def in_utc(moment: dt.datetime) -> dt.datetime:
    """Return a moment with its time zone, which SQLite drops."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment


def guard() -> None:
    """Refuse every change but an erasure, and every removal."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION placement_keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
        )
        do = "EXECUTE FUNCTION placement_keep_audit()"
        changed = CHANGED.format(other="IS DISTINCT FROM")
        op.execute(f"CREATE TRIGGER keep_changed BEFORE UPDATE ON audit_entry FOR EACH ROW WHEN ({changed}) {do}")
        op.execute(f"CREATE TRIGGER keep_removed BEFORE DELETE ON audit_entry FOR EACH ROW {do}")
        op.execute(f"CREATE TRIGGER keep_emptied BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT {do}")
        return
    do = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    op.execute(f"CREATE TRIGGER keep_changed BEFORE UPDATE ON audit_entry WHEN {CHANGED.format(other='IS NOT')} {do}")
    op.execute(f"CREATE TRIGGER keep_removed BEFORE DELETE ON audit_entry {do}")


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name in ("keep_changed", "keep_removed", *(["keep_emptied"] if postgresql else [])):
        op.execute(f"DROP TRIGGER {name}" + (" ON audit_entry" if postgresql else ""))
    if postgresql:
        op.execute("DROP FUNCTION placement_keep_audit()")
    op.execute("DELETE FROM audit_entry WHERE action = 'read'")
    unnamed = "after - 'id'" if postgresql else "json_remove(after, '$.id')"
    op.execute(f"UPDATE audit_entry SET after = {unnamed} WHERE object_type = 'lottery_draw' AND after IS NOT NULL")  # noqa: S608
    with op.batch_alter_table("audit_entry") as batch:
        for name in CHECKS:
            batch.drop_constraint(batch.f(f"ck_audit_entry_{name}"), type_="check")
        batch.drop_constraint(batch.f("ck_audit_entry_action"), type_="check")
        batch.create_check_constraint(batch.f("ck_audit_entry_action"), ACTIONS.format(read=""))
        batch.drop_index(batch.f("ix_audit_entry_at"))
        for name in ("hash", "payload_hash", "salt", "people"):
            batch.drop_column(name)
    if postgresql:
        op.execute("CREATE SEQUENCE audit_entry_sequence_seq OWNED BY audit_entry.sequence")
        op.execute("SELECT setval('audit_entry_sequence_seq', COALESCE(MAX(sequence), 0) + 1, false) FROM audit_entry")
        op.execute(
            "ALTER TABLE audit_entry ALTER COLUMN sequence SET DEFAULT nextval('audit_entry_sequence_seq'::regclass)"
        )
