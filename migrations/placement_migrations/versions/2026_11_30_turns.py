"""Let those who write last in a transaction take their turn, and learn what was written before, by one statement."""

from alembic import op

revision = "c7a20d95e64b"
down_revision = "91c5e07f3bd4"
branch_labels = None
depends_on = None

TURN = """
CREATE FUNCTION placement_take_turn(turn integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  PERFORM pg_advisory_xact_lock(turn);
END $$
"""
LAST = """
CREATE FUNCTION placement_last_entry(turn integer) RETURNS TABLE (number bigint, digest varchar) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM placement_take_turn(turn);
  RETURN QUERY SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(TURN)
        op.execute(LAST)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION placement_last_entry(integer)")
        op.execute("DROP FUNCTION placement_take_turn(integer)")
