"""A change in a sheet leaves the same row, audit entries and events as the same change by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from placement.tables import Action, AuditEntry, Event
from tests.api.sheeting import Desk, outcome
from tests.api.test_statements import copies
from tests.api.world import World

CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "cohorts": ("coh_a", {"size": 7}),
    "students": ("stu_a", {"maxTravel": 7, "blockedUnits": ["unt_b"]}),
    "requests": ("req_a", {"status": "withdrawn", "preferences": ["unt_b", "unt_a"]}),
    "capacity-offers": (
        "off_a",
        {"weeks": [{"week": "2027-W02", "places": 7}], "institutions": ["org_b"], "professions": ["midwife"]},
    ),
    "supervisors": ("sup_a", {"weeks": ["2027-W02"], "maxStudents": 3}),
}


def left(store: Session, seen: tuple[int, int]) -> tuple[list[str], tuple[int, int]]:
    """Return the entries and events since those seen, as text without moments, and the last of each."""
    of_changes = select(AuditEntry).where(col(AuditEntry.sequence) > seen[0], AuditEntry.action != Action.READ)
    entries = store.exec(of_changes.order_by("sequence")).all()
    events = store.exec(select(Event).where(col(Event.sequence) > seen[1]).order_by("sequence")).all()
    told: list[Any] = [
        (entry.action, entry.object_type, entry.object_id, entry.before, entry.after) for entry in entries
    ]
    told += [(event.kind, event.subject_id, event.institution_id, event.unit_id, event.details) for event in events]
    for _, kind, *_rest, after in told[: len(entries)]:
        if kind == "capacity_offer":
            after["answered_at"] = "now"
    last = entries[-1].sequence if entries else seen[0], events[-1].sequence if events else seen[1]
    store.rollback()  # or the next call would wait for this reader
    return [json.dumps(line, default=str) for line in told], (last[0] or 0, last[1] or 0)


@pytest.mark.parametrize("listed", CHANGES)
@pytest.mark.parametrize("times", [1, 2])
def test_a_change_in_a_sheet_leaves_what_the_change_by_itself_leaves(
    client: TestClient, world: World, store: Session, listed: str, times: int
) -> None:
    store.add_all([row for number in range(2) for row in copies(number)])
    store.commit()
    name, change = CHANGES[listed]
    alone, in_sheet = f"{name}_00", f"{name}_01"
    desk = Desk(client, world, "coordinator")
    for _ in range(times):
        _, seen = left(store, (0, 0))
        version = desk.found(f"/v1/{listed}/{alone}")["version"]
        headers = world.by("coordinator", **{"If-Match": f'"{version}"'})
        changed = client.patch(f"/v1/{listed}/{alone}", json=change, headers=headers)
        assert changed.status_code == 200, changed.text
        by_itself, seen = left(store, seen)
        outcome(desk.hand_in_rows(listed, [{"id": in_sheet, **change}]))
        by_sheet, _ = left(store, seen)
    assert [line.replace("_01", "_00") for line in by_sheet] == by_itself
    assert bool(by_sheet) == (times == 1)
    assert desk.found(f"/v1/{listed}/{alone}")["version"] == desk.found(f"/v1/{listed}/{in_sheet}")["version"]
