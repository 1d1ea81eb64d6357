"""Let PostgreSQL itself refuse rows of others: policies on the rows that are about students and supervisors.

They hold for every database role but the tables' owner and superusers, so they take effect where the service connects
as a role that owns nothing. The transaction says for whom it acts (``placement.role``, ``.organisation``, ``.unit``).
SQLite has no such policies.
"""

# ruff: noqa: S608 (the statements are put together of this file's own words)
from alembic import op

revision = "c2d94a7be610"
down_revision = "e5b0a7c94d12"
branch_labels = None
depends_on = None

ROLE = "current_setting('placement.role', true)"
ORGANISATION = "current_setting('placement.organisation', true)"
UNIT = "current_setting('placement.unit', true)"
SEES_ALL = f"{ROLE} IN ('service', 'coordinator')"
INSTITUTION = f"{ROLE} = 'institution'"
CARE = f"{ROLE} IN ('provider', 'unit', 'supervisor')"

SETS = {
    "own_units": f"""
        SELECT id FROM unit
        WHERE ({ROLE} = 'provider' AND (provider_id = {ORGANISATION} OR operator_id = {ORGANISATION}))
        OR ({ROLE} IN ('unit', 'supervisor') AND id = {UNIT})""",
    "own_students": f"""
        SELECT id FROM student WHERE {INSTITUTION} AND institution_id = {ORGANISATION}""",
    "own_requests": f"""
        SELECT request.id FROM request JOIN student ON student.id = request.student_id
        WHERE {INSTITUTION} AND student.institution_id = {ORGANISATION}""",
    "hosted_requests": """
        SELECT request_id FROM placement WHERE unit_id IN (SELECT placement_own_units())""",
    "hosted_students": """
        SELECT student_id FROM request WHERE id IN (SELECT placement_hosted_requests())""",
    "own_swaps": """
        SELECT swap_id FROM swap_side JOIN placement ON placement.id = swap_side.placement_id
        WHERE placement.request_id IN (SELECT placement_own_requests())
        OR placement.unit_id IN (SELECT placement_own_units())
        OR swap_side.unit_id IN (SELECT placement_own_units())""",
    "own_placements": """
        SELECT id FROM placement
        WHERE request_id IN (SELECT placement_own_requests()) OR unit_id IN (SELECT placement_own_units())""",
}
"""Ids that are the caller's own. The functions see every row, because a policy that read a table with a policy of its
own would be asked about that one too, and so on in a circle."""


def among(column: str, *sets: str) -> str:
    """Say that a column is among the ids of some sets; each set is made once for a query."""
    return " OR ".join(f"{column} IN (SELECT placement_{name}())" for name in sets)


POLICIES = {
    "student": f"({INSTITUTION} AND institution_id = {ORGANISATION}) OR {among('id', 'hosted_students')}",
    "blocked_unit": among("student_id", "own_students"),
    "request": among("student_id", "own_students") + " OR " + among("id", "hosted_requests"),
    "preference": among("request_id", "own_requests"),
    "pin": among("request_id", "own_requests"),
    "placement": among("request_id", "own_requests") + " OR " + among("unit_id", "own_units"),
    "planned_placement": "false",
    "unplaced_request": among("request_id", "own_requests"),
    "supervisor": among("unit_id", "own_units"),
    "supervisor_week": "supervisor_id IN (SELECT id FROM supervisor)",
    "training": "supervisor_id IN (SELECT id FROM supervisor)",
    "swap_side": among("placement_id", "own_placements") + " OR " + among("swap_id", "own_swaps"),
    "ledger_entry": among("student_id", "own_students"),
    "site_decision": among("student_id", "own_students"),
    "site_turn": among("student_id", "own_students"),
    "site_wish": among("student_id", "own_students"),
    "survey_invitation": f"organisation_id = {ORGANISATION} OR {among('placement_id', 'own_placements')}",
    "plan_document": "false",
    "event": (
        f"{ROLE} = 'auditor' OR ({INSTITUTION} AND institution_id = {ORGANISATION})"
        f" OR ({CARE} AND provider_id = {ORGANISATION}) OR {among('unit_id', 'own_units')}"
        f" OR ({ROLE} <> 'nobody' AND COALESCE(institution_id, provider_id, unit_id) IS NULL)"
    ),
}
"""Which rows are a caller's own, besides the service and the coordinator, who see all; both for reading and writing."""

FOREIGN = {
    "student": f"SELECT EXISTS (SELECT FROM student WHERE id = $1 AND institution_id <> {ORGANISATION})",
    "request": f"""
        SELECT EXISTS (SELECT FROM request JOIN student ON student.id = request.student_id
        WHERE request.id = $1 AND student.institution_id <> {ORGANISATION})""",
    "supervisor": """
        SELECT EXISTS (SELECT FROM supervisor
        WHERE id = $1 AND unit_id NOT IN (SELECT placement_own_units()))""",
}
"""Whether what a new row belongs to is somebody else's. In one transaction it may be written after the row itself."""
NEW = {
    "blocked_unit": f"{INSTITUTION} AND NOT placement_foreign_student(student_id)",
    "request": f"{INSTITUTION} AND NOT placement_foreign_student(student_id)",
    "preference": f"{INSTITUTION} AND NOT placement_foreign_request(request_id)",
    "supervisor_week": f"{CARE} AND NOT placement_foreign_supervisor(supervisor_id)",
    "training": f"{CARE} AND NOT placement_foreign_supervisor(supervisor_id)",
}
"""Which rows a caller may write, where that is asked otherwise than which rows are the caller's."""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, query in SETS.items():
        op.execute(
            f"CREATE FUNCTION placement_{name}() RETURNS SETOF varchar LANGUAGE sql STABLE SECURITY DEFINER"
            f" SET search_path = public, pg_temp AS $${query}$$"
        )
    for name, query in FOREIGN.items():
        op.execute(
            f"CREATE FUNCTION placement_foreign_{name}(varchar) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER"
            f" SET search_path = public, pg_temp AS $${query}$$"
        )
    for table, own in POLICIES.items():
        new = NEW.get(table, own)
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON {table} USING ({SEES_ALL} OR {own}) WITH CHECK ({SEES_ALL} OR {new})")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in POLICIES:
        op.execute(f"DROP POLICY own_rows ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for name in FOREIGN:
        op.execute(f"DROP FUNCTION placement_foreign_{name}(varchar)")
    for name in reversed(SETS):
        op.execute(f"DROP FUNCTION placement_{name}()")
