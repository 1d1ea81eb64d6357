"""Only the coordinator and the auditor read the audit trail."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from placement.errors import NotAllowedError
from placement.register.cohorts import change_cohort
from placement.register.terms import change_term
from placement.store.access import Span
from placement.store.audit_trail import Wanted, read_trail
from placement.tables import Action
from tests.placement.county import AUDITOR, CITY, CKU, KI, UMEA, settle


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    settle(session)
    change_cohort(session, KI, "coh_a", {"size": 2})
    change_cohort(session, UMEA, "coh_b", {"size": 3})
    change_term(session, CKU, "trm_a", {"weight_travel": 2})
    session.commit()


def test_the_auditor_reads_all_entries_the_oldest_first(session: Session) -> None:
    for by in (AUDITOR, CKU):
        named = [entry.object_id for entry in read_trail(session, by).rows]
        assert named == ["unt_a", "coh_a", "coh_b", "trm_a"]
    assert [entry.object_id for entry in read_trail(session, CKU, span=Span(1, 2)).rows] == ["coh_b"]


def test_the_trail_is_read_by_object_actor_and_action(session: Session) -> None:
    def named(**asked: str | Action) -> list[str]:
        return [entry.object_id for entry in read_trail(session, AUDITOR, Wanted(**asked)).rows]  # type: ignore[arg-type]

    assert named(object_type="cohort") == ["coh_a", "coh_b"]
    assert named(object_id="coh_a") == ["coh_a"]
    assert named(organisation="org_b") == ["coh_b"]
    assert named(action=Action.CREATED) == ["unt_a"]


def test_nobody_else_reads_the_trail(session: Session) -> None:
    for by in (KI, CITY):
        with pytest.raises(NotAllowedError):
            read_trail(session, by)
