"""Let policies on rows ask for the caller's role once a statement, not once a row.

A policy says the same as before. PostgreSQL took the question, asked of each row, for one that hardly any row answers,
and chose slow ways for the service's own statements, to which every row answers it.
A transaction that has not been told for whom it acts is nobody's.
"""

import re
from collections.abc import Callable

from alembic import op

revision = "91c5e07f3bd4"
down_revision = "2ad94be60c71"
branch_labels = None
depends_on = None

ROLE = r"current_setting\('placement\.role'::text, true\)"
ASKED = rf"{ROLE} (?:=|<>) (?:(?:ANY|ALL) \(ARRAY\[[^\]]*\]\)|'\w+'::text)"
OF_A_ROW = re.compile(rf"(?<!SELECT )\(({ASKED})\)")
ONCE = re.compile(rf"\( SELECT \(({ASKED})\)\)")
"""How PostgreSQL writes the question in a policy, as it is read back."""
NOBODY = "<> 'nobody'::text"
NOBODY_OR_UNTOLD = "<> ALL (ARRAY['nobody'::text, ''::text])"
"""For whom nothing is told to all: who is nobody yet, and a transaction that has not been told for whom it acts."""


def say(anew: Callable[[str], str]) -> None:
    """Alter the conditions of every policy under which rows are read."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    quote = connection.dialect.identifier_preparer.quote_identifier
    policies = "SELECT tablename, policyname, qual, with_check FROM pg_policies WHERE schemaname = current_schema()"
    for table, policy, reading, writing in connection.exec_driver_sql(policies).all():
        if reading and anew(reading) != reading:
            check = f" WITH CHECK ({anew(writing)})" if writing else ""
            connection.exec_driver_sql(f"ALTER POLICY {quote(policy)} ON {quote(table)} USING ({anew(reading)}){check}")


def upgrade() -> None:
    say(lambda condition: OF_A_ROW.sub(r"(SELECT (\1))", condition.replace(NOBODY, NOBODY_OR_UNTOLD)))


def downgrade() -> None:
    say(lambda condition: ONCE.sub(r"(\1)", condition).replace(NOBODY_OR_UNTOLD, NOBODY))
