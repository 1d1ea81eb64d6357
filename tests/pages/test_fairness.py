"""Fairness as a page: how even a plan is between lärosäten, homes, places of study and hosts, in plain words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from placement.callers import Role
from placement.clock import now
from placement.database import open_session
from placement.reading import student_groups
from placement.tables import Plan, Request, Run, RunStatus, Student, Term, UnplacedRequest
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse
from tests.pages.reporting import FAIRNESS, group, tell

pytestmark = pytest.mark.one_database

PAGE = "/terms/VT2027/runs/run_a/fairness"


def test_groups_are_told_of_side_by_side_with_the_lowest_and_the_highest(browse: Browse, store: Session) -> None:
    tell(store)
    page = browse().get(PAGE)
    told = text_of(page)
    for part in (
        "Fairness of run 2, VT2027",
        "48 of 60 requests have a place.",
        "Share with a place, among lärosäten 60.0% Umeå University 90.0% Karolinska Institutet 96.2",
        "Journey, median, among home municipalities 20 min City of Stockholm 55 min outside the county",
        "Karolinska Institutet 40 4 90.0% 25 50 25.0% 50.0%",
        "outside the county 20 8 60.0% 55 50 25.0% –",
        "City of Stockholm municipality 300 240 80.0%",
    ):
        assert part in told, (part, told)
    assert "org_idle" not in told  # offers nothing and has nobody
    assert page.text.count("<h1>") == 1


def test_homes_of_few_are_left_out_and_the_page_says_so(browse: Browse, store: Session) -> None:
    homes = [group("org_city", 40, 36, 20), group("outside", 20, 12, 55), group("0162", 3, 1, 30)]
    tell(store, fairness={**FAIRNESS, "homes": homes})
    told = text_of(browse().get(PAGE))
    assert "Municipalities with so few requests that the figure would tell of somebody are left out." in told
    assert "outside the county 20" not in told  # it would give away the small one
    tell(store, fairness={**FAIRNESS, "homes": homes[2:]})
    assert "No home municipality has so many requests" in text_of(browse().get(PAGE))


def test_what_can_be_drawn_is_drawn_with_its_figures_in_a_table(browse: Browse, store: Session) -> None:
    tell(store)
    assert '<svg viewBox="0 0 720' not in browse().get(PAGE).text  # two bars tell no more than the table
    homes = [group("org_city", 40, 30, 20), group("outside", 20, 12, 55), group("org_ki", 10, 10, 9)]
    tell(store, fairness={**FAIRNESS, "homes": homes})
    page = browse().get(PAGE).text
    assert 'aria-label="Without a place of 100 requests, by home municipality"' in page
    assert ">40.0</text>" in page
    assert "style=" not in page


def add_requests(store: Session, number: int) -> None:
    """Let some of another lärosäte's students ask in the plan of our run, without a place."""
    plan = store.exec(select(Plan).where(Plan.run_id == "run_a")).one()
    like, asks = store.get_one(Student, "stu_a"), store.get_one(Request, "req_a")
    for at in range(number):
        values: dict[str, Any] = like.model_dump(exclude={"version", "lottery_number"})
        store.add(
            Student(**{**values, "id": f"stu_x{at}", "external_id": f"x{at}", "site_id": "sit_a" if at < 8 else None})
        )
        store.flush()
        store.add(Request(**{**asks.model_dump(exclude={"version"}), "id": f"req_x{at}", "student_id": f"stu_x{at}"}))
        store.flush()
        store.add(UnplacedRequest(plan_id=plan.id, request_id=f"req_x{at}", reasons={}))
    store.commit()


def test_places_of_study_and_points_are_counted_where_they_are_not_few(
    browse: Browse, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(store)
    told = text_of(browse().get(PAGE))
    assert "No place of study has so many requests that it can be shown." in told
    assert "None of the term's students has points from earlier terms" in told
    add_requests(store, 14)
    carried = {**{f"stu_x{at}": 10 for at in range(5)}, **{f"stu_x{at}": 400 for at in range(5, 14)}}
    monkeypatch.setattr(student_groups, "burdens_of", lambda *_: carried)
    told = text_of(browse().get(PAGE))
    assert "Söder 8 8 0.0%" in told
    assert "100 points or more 9 9 0.0%" in told
    assert "1–99 points" not in told  # it would give away those without points, who are few
    assert "The term's weight for them is zero, so the points do not affect the plan." in told
    store.get_one(Term, "trm_a").weight_carried_burden = 3
    store.commit()
    assert "In the plan their wishes weigh more." in text_of(browse().get(PAGE))


def test_a_plan_without_figures_and_a_run_without_a_plan_say_what_is_next(browse: Browse, app: FastAPI) -> None:
    assert "The run is not done." in text_of(browse().get(PAGE))
    with open_session(app.state.engine) as session:
        run = session.get_one(Run, "run_a")
        run.status, run.finished_at = RunStatus.CANCELLED, now()
        session.add(run)
    told = text_of(browse().get(PAGE))
    assert "The run has no plan with figures of fairness." in told
    assert "Start a new run" in told


def test_nothing_offered_is_said(browse: Browse, store: Session) -> None:
    tell(store, fairness={**FAIRNESS, "providers": []})
    assert "No provider has offered places." in text_of(browse().get(PAGE))


def test_the_page_speaks_one_language_at_a_time(browse: Browse, store: Session) -> None:
    tell(store)
    told = text_of(browse(language="sv").get(PAGE))
    for part in ("Rättvisa i körning 2", "Lärosäten sida vid sida", "utanför länet 20 8 60,0 %"):
        assert part in told, (part, told)
    told = text_of(browse().get(PAGE))
    assert not re.search(r"\b(utan plats|körning|huvudman|studieort|begäranden)\b", told, re.IGNORECASE), told


@pytest.mark.parametrize("role", [Role.INSTITUTION, Role.PROVIDER, Role.AUDITOR])
def test_only_the_coordinator_reads_of_a_drafts_fairness(browse: Browse, role: Role) -> None:
    assert browse(role).get(PAGE).status_code == 403


def test_the_runs_page_the_overview_and_the_checklist_lead_there(browse: Browse) -> None:
    browser = browse()
    for path in ("/terms/VT2027/runs/run_over", "/terms/VT2027/overview", "/terms/VT2027/publish"):
        assert 'href="/terms/VT2027/runs/run_over/fairness"' in browser.get(path).text, path
