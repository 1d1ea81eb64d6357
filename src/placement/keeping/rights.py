"""Rights: what the role that one is connected as may see, and what other roles may do with the tables.

Only PostgreSQL has roles. Policies on its rows would make a backup a part of the whole, without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from placement.keeping.refusals import BackupError
from placement_solver.words import Words

_HIDDEN = Words(
    "Rollen som databasen används med är inte säker på att se varje rad. Anslut som den som äger tabellerna.",
    "The role that the database is used as may not see every row. Connect as the owner of the tables.",
)
_OURS = "relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
_KEPT_FROM_US = text(f"SELECT count(*) FROM pg_class WHERE {_OURS} AND relkind = 'r' AND row_security_active(oid)")  # noqa: S608 (our own words)
_GRANTED = text(
    "SELECT relname, relkind = 'S', rolname, privilege_type FROM pg_class, aclexplode(relacl) AS given"  # noqa: S608 (our own words)
    f" JOIN pg_roles ON pg_roles.oid = given.grantee WHERE {_OURS} AND relkind IN ('r', 'S') AND grantee <> relowner"
    " ORDER BY 1, 3, 4"
)
_THERE = text(f"SELECT relname FROM pg_class WHERE {_OURS}")  # noqa: S608 (our own words)


@dataclass(frozen=True, slots=True)
class Grant:
    """A right that a role has been given to a table, or to the sequence that numbers a table's rows."""

    name: str
    is_sequence: bool
    role: str
    right: str


def hold_all_seen(connection: Connection) -> None:
    """Refuse to go on as a role for which policies on rows hold.

    Raises:
        BackupError: they hold for it.

    """
    if connection.dialect.name == "postgresql" and connection.scalar(_KEPT_FROM_US):
        raise BackupError(_HIDDEN)


def grants_of(connection: Connection) -> list[Grant]:
    """Return what roles that own no table may do."""
    if connection.dialect.name != "postgresql":
        return []
    return [Grant(*row) for row in connection.execute(_GRANTED)]


def grant_again(connection: Connection, grants: Sequence[Grant]) -> None:
    """Give roles the rights that they had to what has been made anew since."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    there = set(connection.scalars(_THERE)) if grants else set()
    for each in grants:
        if each.name in there:
            kind = "SEQUENCE" if each.is_sequence else "TABLE"
            connection.execute(text(f"GRANT {each.right} ON {kind} {quote(each.name)} TO {quote(each.role)}"))
