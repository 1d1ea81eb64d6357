"""Let who writes last in a transaction take a turn by one statement, and store entries of the audit trail by one.

An entry's hash covers its number and the hash of the entry before it, which are known only once the turn has come. The
database works it out, so that a turn lasts as long as a statement and not as long as questions and answers between two
programs. What else the hash covers comes ready made (``placement.store.hashes``).
"""

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
APPEND = """
CREATE FUNCTION placement_append_entries(turn integer, entries jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  entry jsonb;
  number bigint;
  digest varchar;
BEGIN
  PERFORM placement_take_turn(turn);
  SELECT sequence, hash INTO number, digest FROM audit_entry ORDER BY sequence DESC LIMIT 1;
  number := coalesce(number, 0);
  digest := coalesce(digest, repeat('0', 64));
  FOR entry IN SELECT value FROM jsonb_array_elements(entries) LOOP
    number := number + 1;
    digest := encode(sha256(decode(digest, 'hex')
      || convert_to((entry ->> 'head') || number || (entry ->> 'tail'), 'UTF8')), 'hex');
    INSERT INTO audit_entry (sequence, at, actor_token, actor_role, actor_organisation, action, object_type, object_id,
      before, after, people, salt, trace, payload_hash, hash)
    VALUES (number, (entry ->> 'at')::timestamptz, entry ->> 'actor_token', entry ->> 'actor_role',
      entry ->> 'actor_organisation', entry ->> 'action', entry ->> 'object_type', entry ->> 'object_id',
      nullif(entry -> 'before', 'null'), nullif(entry -> 'after', 'null'), nullif(entry -> 'people', 'null'),
      entry ->> 'salt', entry ->> 'trace', entry ->> 'payload_hash', digest);
  END LOOP;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(TURN)
        op.get_bind().exec_driver_sql(APPEND)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION placement_append_entries(integer, jsonb)")
        op.execute("DROP FUNCTION placement_take_turn(integer)")
