"""Add the queue that gives workers on PostgreSQL their turns (procrastinate), and a job for each run that waits.

The library makes its own tables, as the installed version wants them. Everything in them follows from our rows: a later
version of the library that wants other tables gets a step that removes these and makes the others.
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "c3f7d5a1082e"
down_revision = "5a0c7be3d914"
branch_labels = None
depends_on = None

REMOVE = """
DO $$ DECLARE each record; BEGIN
    FOR each IN SELECT oid::regclass AS name FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname LIKE 'procrastinate\\_%'
    LOOP EXECUTE format('DROP TABLE %s CASCADE', each.name); END LOOP;
    FOR each IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\\_%'
    LOOP EXECUTE format('DROP FUNCTION %s CASCADE', each.name); END LOOP;
    FOR each IN SELECT oid::regtype AS name FROM pg_type
        WHERE typnamespace = current_schema()::regnamespace AND typname LIKE 'procrastinate\\_%'
        AND typtype IN ('e', 'c')
    LOOP EXECUTE format('DROP TYPE %s CASCADE', each.name); END LOOP;
END $$
"""
ADD = """
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW('runs', 'runs', 0, NULL, NULL, '{}', NULL)::procrastinate_job_to_defer_v1
)) FROM run WHERE status IN ('queued', 'running')
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
        op.get_bind().exec_driver_sql(ADD)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(REMOVE.replace("%", "%%"))
