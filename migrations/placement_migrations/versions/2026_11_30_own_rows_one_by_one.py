"""Let policies on rows ask of one row whose it is, where they made a set of all own rows for each statement.

A policy says the same as before. A lärosäte's request, read by its id, took 4 ms because PostgreSQL first found all of
the lärosäte's 2,840 students; now it looks at one. Where many rows are read, PostgreSQL makes the set as before.

The tables that a policy reads have policies too, which are asked in turn and end at the student: its own policy reads
no table but by functions that see every row (``row_security``).
"""

from alembic import op

revision = "a83e1d5f6c02"
down_revision = "f20b6c4e8d31"
branch_labels = None
depends_on = None


def asked_once(condition: str) -> str:
    """Say a condition on the caller's role that is asked once a statement."""
    return f"(SELECT current_setting('placement.role', true) {condition})"


SEES_ALL = asked_once("IN ('service', 'coordinator')")
INSTITUTION = asked_once("= 'institution'")
CARE = asked_once("IN ('provider', 'unit', 'supervisor')")
ORGANISATION = "(SELECT current_setting('placement.organisation', true))"


def of_own_student(table: str) -> str:
    """Say that a row's student is the lärosäte's."""
    return (
        f"EXISTS (SELECT FROM student WHERE student.id = {table}.student_id"
        f" AND student.institution_id = {ORGANISATION})"
    )


def of_own_request(table: str) -> str:
    """Say that a row's request is the lärosäte's: it sees no other."""
    return f"EXISTS (SELECT FROM request WHERE request.id = {table}.request_id)"


BY_STUDENT = "student_id IN (SELECT placement_own_students())"
BY_REQUEST = "request_id IN (SELECT placement_own_requests())"
HOSTED = f" OR ({CARE} AND id IN (SELECT placement_hosted_requests()))"
AT_UNIT = f" OR ({CARE} AND unit_id IN (SELECT placement_own_units()))"

POLICIES = {
    "request": (of_own_student, BY_STUDENT, HOSTED),
    "blocked_unit": (of_own_student, BY_STUDENT, ""),
    "preference": (of_own_request, BY_REQUEST, ""),
    "placement": (of_own_request, BY_REQUEST, AT_UNIT),
    "pin": (of_own_request, BY_REQUEST, ""),
    "unplaced_request": (of_own_request, BY_REQUEST, ""),
    "ledger_entry": (of_own_student, BY_STUDENT, ""),
    "site_decision": (of_own_student, BY_STUDENT, ""),
    "site_turn": (of_own_student, BY_STUDENT, ""),
    "site_wish": (of_own_student, BY_STUDENT, ""),
}
"""Of each table: which rows are a lärosäte's own, how that was said before, and which are others'."""
WRITTEN_OTHERWISE = ("request", "blocked_unit", "preference")
"""The tables for which it is asked otherwise who may write a row."""


def say(table: str, own: str, others: str) -> None:
    """Alter the policy on a table's rows."""
    condition = f"{SEES_ALL} OR ({INSTITUTION} AND {own}){others}"
    check = "" if table in WRITTEN_OTHERWISE else f" WITH CHECK ({condition})"
    op.execute(f"ALTER POLICY own_rows ON {table} USING ({condition}){check}")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, (of_own, _, others) in POLICIES.items():
            say(table, of_own(table), others)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, (_, before, others) in POLICIES.items():
            say(table, before, others)
