"""Placements reported before weeks done were counted get the weeks that the report meant."""

from __future__ import annotations

import datetime as dt

import pytest
from alembic import command

from placement.database import engine_for, migrate, migrations_of, open_session
from placement.tables import EndReason, Placement, PlacementStatus
from tests.effort import draws
from tests.rows import WEEK, small_world

BEFORE = "3f9c26d8e051"


@draws(2, "reports")
@pytest.mark.parametrize(
    ("status", "days", "done"),
    [
        (PlacementStatus.PUBLISHED, 20, None),
        (PlacementStatus.COMPLETED, 3, 5),
        (PlacementStatus.FAILED, 3, 5),
        (PlacementStatus.DROPPED_OUT, -9, 0),
        (PlacementStatus.DROPPED_OUT, 15, 2),
        (PlacementStatus.DROPPED_OUT, 90, 5),
    ],
)
def test_earlier_reports_get_their_weeks(
    migrated_url: str, status: PlacementStatus, days: int, done: int | None
) -> None:
    engine = engine_for(migrated_url)
    with open_session(engine) as session:
        session.add_all(small_world())
        session.flush()
        placement = session.get_one(Placement, "pla_a")
        placement.status = status
        placement.reason = EndReason.REQUEST_WITHDRAWN if status is PlacementStatus.DROPPED_OUT else None
        # just after midnight in Stockholm, when it is still the day before in UTC
        midnight = dt.datetime.combine(WEEK.monday(), dt.time(23, 30), dt.UTC)
        placement.changed_at = midnight + dt.timedelta(days=days - 1)
    command.downgrade(migrations_of(migrated_url), BEFORE)
    migrate(migrated_url)
    with open_session(engine) as session:
        assert session.get_one(Placement, "pla_a").weeks_done == done
    engine.dispose()
