"""Ask no policy on rows for sets that are empty for the caller's role: each took PostgreSQL a search of whole tables.

A policy says the same as before. A set of a lärosäte's own rows is made for a lärosäte only, and one of rows that
somebody hosts for those who host.
"""

from collections.abc import Callable

from alembic import op

revision = "b4f60a2d97e1"
down_revision = "7e29b5d0c416"
branch_labels = None
depends_on = None

ROLE = "current_setting('placement.role', true)"
ORGANISATION = "current_setting('placement.organisation', true)"
SEES_ALL = f"{ROLE} IN ('service', 'coordinator')"
INSTITUTION = f"{ROLE} = 'institution'"
CARE = f"{ROLE} IN ('provider', 'unit', 'supervisor')"
WHOSE = {
    "own_students": INSTITUTION,
    "own_requests": INSTITUTION,
    "own_units": CARE,
    "hosted_requests": CARE,
    "hosted_students": CARE,
}
"""For whom a set has any rows at all."""


def before(column: str, *sets: str) -> str:
    """Say that a column is among the ids of some sets, as the policies said until now."""
    return " OR ".join(f"{column} IN (SELECT placement_{name}())" for name in sets)


def now(column: str, *sets: str) -> str:
    """Say that a column is among the ids of some sets, where the sets have rows for the caller."""
    return " OR ".join(f"({WHOSE[name]} AND {column} IN (SELECT placement_{name}()))" for name in sets)


AMONG = {
    "student": (f"({INSTITUTION} AND institution_id = {ORGANISATION})", (("id", "hosted_students"),)),
    "blocked_unit": ("", (("student_id", "own_students"),)),
    "request": ("", (("student_id", "own_students"), ("id", "hosted_requests"))),
    "preference": ("", (("request_id", "own_requests"),)),
    "pin": ("", (("request_id", "own_requests"),)),
    "placement": ("", (("request_id", "own_requests"), ("unit_id", "own_units"))),
    "unplaced_request": ("", (("request_id", "own_requests"),)),
    "supervisor": ("", (("unit_id", "own_units"),)),
    "ledger_entry": ("", (("student_id", "own_students"),)),
    "site_decision": ("", (("student_id", "own_students"),)),
    "site_turn": ("", (("student_id", "own_students"),)),
    "site_wish": ("", (("student_id", "own_students"),)),
}
"""What makes rows of each table a caller's own: a condition, and the sets that a column is among."""
NEW = {"blocked_unit", "request", "preference"}
"""Where it is said otherwise which rows may be written; that stays as it is."""


def say(among: Callable[..., str]) -> None:
    """Alter every policy."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, (condition, sets) in AMONG.items():
        own = " OR ".join([condition] * bool(condition) + [among(*each) for each in sets])
        check = "" if table in NEW else f" WITH CHECK ({SEES_ALL} OR {own})"
        op.execute(f"ALTER POLICY own_rows ON {table} USING ({SEES_ALL} OR {own}){check}")


def upgrade() -> None:
    say(now)


def downgrade() -> None:
    say(before)
