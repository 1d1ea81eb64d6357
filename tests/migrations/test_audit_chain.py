"""Entries from before the chain are numbered without gaps and chained, and a step down gives them back."""

from __future__ import annotations

import datetime as dt
import json

from alembic import command
from sqlalchemy import text

from placement.callers import SYSTEM
from placement.database import engine_for, migrate, migrations_of, open_session, read_session
from placement.planning.lottery import list_draws
from placement.store import looks
from placement.store.looks import Look
from placement.store.verifying import verify
from placement.tables import AuditEntry
from tests.databases import as_owner
from tests.placement.store.trails import COORDINATOR, LAST, write_trail
from tests.rows import small_world

BEFORE = "4e8b0d7a19c3"
OLD = text(
    "INSERT INTO audit_entry (sequence, at, actor_role, action, object_type, object_id, after)"
    " VALUES (:sequence, :at, 'coordinator', 'created', :kind, :about, :after)"
)


def test_old_entries_are_chained_and_a_draw_keeps_its_name(database_url: str) -> None:
    command.upgrade(migrations_of(database_url), BEFORE)
    engine = engine_for(database_url)
    moment = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC).isoformat()
    drawn = {"seed": "s", "students": 0, "first_number": 1, "last_number": None, "sha256": "0" * 64}
    old = [(3, "unit", "unt_a", {"name": "Öst", "max": 2**53}), (4, "unit", "unt_b", None)]
    old += [(17, "lottery_draw", "trm_a", drawn), *((number, "unit", "x", {}) for number in range(20, 26))]
    with engine.begin() as connection:
        for number, kind, about, after in old:
            given = {"sequence": number, "at": moment, "kind": kind, "about": about}
            connection.execute(OLD, {**given, "after": None if after is None else json.dumps(after)})
    migrate(database_url)
    with read_session(engine) as session:
        verdict = verify(session, SYSTEM)
        draw = session.get_one(AuditEntry, 3)
    assert (verdict.held, verdict.wrong) == (len(old), None)
    assert draw.after == {"id": "drw_17", **drawn}
    engine.dispose()
    command.downgrade(migrations_of(database_url), BEFORE)
    with engine.begin() as connection:
        kept = connection.execute(text("SELECT after FROM audit_entry WHERE object_type = 'lottery_draw'")).scalar_one()
    assert (json.loads(kept) if isinstance(kept, str) else kept) == drawn
    engine.dispose()


def test_a_trail_with_looks_goes_down_and_up_again(migrated_url: str) -> None:
    postgresql = migrated_url.startswith("postgresql")
    owner = as_owner(migrated_url) if postgresql else migrated_url
    engine = engine_for(migrated_url)
    with open_session(engine) as session:
        write_trail(session)
        session.add_all(small_world())
    with open_session(engine) as session:
        asked = Look("GET /v1/students", "/v1/students", {}, frozenset(), frozenset({"stu_a"}))
        looks.record(session, COORDINATOR, asked, ["stu_a"])
    engine.dispose()
    command.downgrade(migrations_of(owner), BEFORE)
    migrate(owner)
    with open_session(engine) as session:
        verdict = verify(session, SYSTEM)
        assert (verdict.held, verdict.wrong) == (LAST + 1, None)
        assert list_draws(session, COORDINATOR, "trm_a").total == 0
        looks.record(session, COORDINATOR, asked, ["stu_a"])
    with read_session(engine) as session:
        assert verify(session, SYSTEM).held == LAST + 2
    engine.dispose()
