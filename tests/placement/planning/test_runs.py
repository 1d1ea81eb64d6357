"""Runs: who may order, follow and cancel runs, and read their plans."""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.errors import NotAllowedError, NotFoundError
from placement.planning import runs
from placement.store.access import Span
from placement.tables import Action, AuditEntry, PlanDocument, Run, RunStatus
from tests.rows import small_world

KI = Caller(Role.INSTITUTION, organisation="org_ki", token="t-ki")
CITY = Caller(Role.PROVIDER, organisation="org_city", token="t-city")
AUDITOR = Caller(Role.AUDITOR, token="t-audit")


@pytest.fixture
def stored(session: Session) -> Session:
    """A county with one queued run that has a plan already."""
    session.add_all(small_world())
    session.flush()
    return session


def entries(session: Session, row: str) -> list[tuple[Action, dict[str, object] | None]]:
    found = session.exec(select(AuditEntry).where(AuditEntry.object_id == row).order_by(col(AuditEntry.sequence)))
    return [(entry.action, entry.after) for entry in found]


def test_a_coordinator_orders_a_plan_and_the_audit_tells_who_did(stored: Session) -> None:
    run = runs.start_run(stored, SYSTEM, "trm_a", 60, seed=7)
    assert (run.status, run.time_limit_seconds, run.seed) == (RunStatus.QUEUED, 60, 7)
    assert run.requested_by == "system"
    assert [action for action, _ in entries(stored, run.id)] == [Action.CREATED]


def test_a_term_that_is_not_there_cannot_be_planned(stored: Session) -> None:
    with pytest.raises(NotFoundError):
        runs.start_run(stored, SYSTEM, "trm_none", 60)


@pytest.mark.parametrize("by", [KI, CITY, AUDITOR], ids=lambda by: by.role)
def test_nobody_but_the_coordinator_orders_cancels_or_reads_whole_plans(by: Caller, stored: Session) -> None:
    with pytest.raises(NotAllowedError):
        runs.start_run(stored, by, "trm_a", 60)
    with pytest.raises(NotAllowedError):
        runs.cancel_run(stored, by, "run_a")
    with pytest.raises(NotAllowedError):
        runs.show_plan(stored, by, "run_a")
    with pytest.raises(NotAllowedError):
        runs.show_problem(stored, by, "run_a")
    with pytest.raises(NotAllowedError):
        runs.show_report(stored, by, "run_a")


def test_those_concerned_follow_a_run_and_others_do_not(stored: Session) -> None:
    assert runs.show_run(stored, KI, "run_a").id == "run_a"
    assert runs.list_runs(stored, CITY).total == 1
    with pytest.raises(NotAllowedError):
        runs.show_run(stored, AUDITOR, "run_a")
    with pytest.raises(NotFoundError):
        runs.show_run(stored, KI, "run_none")


def test_runs_are_listed_newest_first_and_by_term_and_status(stored: Session) -> None:
    newer = runs.start_run(stored, SYSTEM, "trm_a", 60)
    runs.cancel_run(stored, SYSTEM, newer.id)
    assert [run.id for run in runs.list_runs(stored, SYSTEM).rows] == [newer.id, "run_a"]
    page = runs.list_runs(stored, SYSTEM, span=Span(limit=1, offset=1))
    assert ([run.id for run in page.rows], page.total) == (["run_a"], 2)
    assert runs.list_runs(stored, SYSTEM, term_id="trm_none").total == 0
    waiting = runs.list_runs(stored, SYSTEM, term_id="trm_a", status=RunStatus.QUEUED)
    assert [run.id for run in waiting.rows] == ["run_a"]


def test_a_waiting_run_is_cancelled_at_once_and_a_second_time_changes_nothing(stored: Session) -> None:
    run = runs.start_run(stored, SYSTEM, "trm_a", 60)
    first = runs.cancel_run(stored, SYSTEM, run.id)
    assert (first.status, first.cancel_requested) == (RunStatus.CANCELLED, True)
    assert first.finished_at is not None
    runs.cancel_run(stored, SYSTEM, run.id)
    assert len(entries(stored, run.id)) == 2, "it was ordered and cancelled"


def test_a_run_that_waits_again_and_has_a_plan_is_cancelled_once_a_worker_has_stored_that(stored: Session) -> None:
    asked = runs.cancel_run(stored, SYSTEM, "run_a")
    assert (asked.status, asked.cancel_requested) == (RunStatus.QUEUED, True)


def test_a_run_at_work_is_only_asked_to_stop(stored: Session) -> None:
    run = stored.get_one(Run, "run_a")
    run.status, run.started_at = RunStatus.RUNNING, now()
    asked = runs.cancel_run(stored, SYSTEM, "run_a")
    assert (asked.status, asked.cancel_requested) == (RunStatus.RUNNING, True)


def test_a_run_that_is_not_there_cannot_be_cancelled(stored: Session) -> None:
    with pytest.raises(NotFoundError):
        runs.cancel_run(stored, SYSTEM, "run_none")


def test_the_coordinator_reads_the_stored_documents_as_they_were_solved(stored: Session) -> None:
    assert runs.show_plan(stored, SYSTEM, "run_a") == "{}"
    assert runs.show_problem(stored, SYSTEM, "run_a") == "{}"


def test_the_coordinator_reads_the_report_and_a_plan_from_before_reports_has_none(stored: Session) -> None:
    assert runs.show_report(stored, SYSTEM, "run_a") == {"format": "placement-report/1"}
    documents = stored.get_one(PlanDocument, "pln_a")
    documents.report = None
    stored.add(documents)
    with pytest.raises(NotFoundError):
        runs.show_report(stored, SYSTEM, "run_a")


def test_a_run_without_a_plan_has_no_document(stored: Session) -> None:
    run = runs.start_run(stored, SYSTEM, "trm_a", 60)
    with pytest.raises(NotFoundError):
        runs.show_plan(stored, SYSTEM, run.id)
