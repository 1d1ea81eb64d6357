"""Comparing drafts as a page: figures side by side, what differs unit by unit, and faults in words."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from placement.callers import Role
from placement.database import open_session
from placement.tables import Action, AuditEntry, Plan, PlannedPlacement, Run, RunStatus
from placement_api.pages import compare
from tests.api.drafts import draft
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse
from tests.pages.reporting import tell
from tests.rows import WEEK

pytestmark = pytest.mark.one_database

COMPARE, RUNS = "/terms/VT2027/compare", "/terms/VT2027/runs"
BOTH = f"{COMPARE}?run=run_over&run=run_more"


@pytest.fixture
def drafts(store: Session) -> Session:
    """Two drafts: in `run_over` our student has no place, in `run_more` one more week of places gives one."""
    draft(store, "run_more", weeks=6)
    store.commit()
    return store


def place(
    store: Session, run: str = "run_over", unit: str = "unt_a", weeks: int = 0, supervisor: str | None = None
) -> None:
    """Let a draft place our student's request somewhere, or somewhere else."""
    plan = store.exec(select(Plan).where(Plan.run_id == run)).one()
    for row in store.exec(select(PlannedPlacement).where(PlannedPlacement.plan_id == plan.id)):
        store.delete(row)
    store.flush()
    start = WEEK.plus(weeks)
    store.add(
        PlannedPlacement(plan_id=plan.id, request_id="req_a", unit_id=unit, start=start, supervisor_id=supervisor)
    )
    store.commit()


@pytest.mark.usefixtures("drafts")
def test_figures_stand_side_by_side_with_the_difference_from_the_first(browse: Browse) -> None:
    told = text_of(browse().get(BOTH))
    for part in (
        "Comparison of 2 drafts, VT2027",
        "Run 1, Run 2",
        "Without a place 2 −1 1",
        "Karolinska Institutet 1 −1 0",
        "Does A new plan of the whole term A new plan of the whole term",
        "Input and weights, beside the first the same another",
        "The drafts were made from different input or weights.",
        "The objective, part by part",
    ):
        assert part in told, (part, told)


@pytest.mark.usefixtures("drafts")
def test_what_differs_is_told_by_names_and_what_is_the_same_by_counts(browse: Browse, app: FastAPI) -> None:
    page = browse().get(BOTH)
    told = text_of(page)
    for part in (
        "What differs: run 1 and 2",
        "A place only in run 2 1",
        "Without a place in run 1 1SJ021 T2 Karolinska Institutet only in the second no place Tallgården , week 53–5",
        "0 placements are the same: unit, weeks and supervisor.",
        "1 are without a place in both.",
        "At 0 of 1 units everything is the same.",
    ):
        assert part in told, (part, told)
    assert "<ins>Tallgården</ins>" in page.text
    assert 'href="/terms/VT2027/requests/req_a"' in page.text
    with open_session(app.state.engine) as session:
        look = session.exec(select(AuditEntry).where(AuditEntry.action == Action.READ)).all()[-1]
        assert (look.object_id, look.people) == (COMPARE, ["stu_a"])


@pytest.mark.parametrize(
    ("unit", "weeks", "supervisor", "said"),
    [
        ("unt_b", 0, None, "another unit"),
        ("unt_a", 1, None, "another week"),
        ("unt_a", 0, None, "another supervisor"),
    ],
)
def test_a_request_is_said_to_have_another_unit_week_or_supervisor(
    browse: Browse, drafts: Session, unit: str, weeks: int, supervisor: str | None, said: str
) -> None:
    place(drafts, "run_over", "unt_a", 0, "sup_a")
    place(drafts, "run_more", unit, weeks, supervisor)
    page = browse().get(BOTH)
    told = text_of(page)
    assert said in told.split("What is the same")[0].split("What differs")[1], told
    assert "1SJ021" in told.split("Tallgården", 1)[1]  # under its unit in the first draft
    assert "<del>" in page.text
    assert "<ins>" in page.text


def test_what_only_the_first_has_and_drafts_that_are_alike_are_said(browse: Browse, drafts: Session) -> None:
    told = text_of(browse().get(f"{COMPARE}?run=run_more&run=run_over"))
    assert "only in the first Tallgården , week 53–5 no place" in told
    place(drafts, "run_over")
    place(drafts, "run_more")
    assert "The two drafts place everybody alike." in text_of(browse().get(BOTH))


@pytest.mark.usefixtures("drafts")
def test_of_several_drafts_two_are_told_request_by_request_each_by_its_address(browse: Browse, app: FastAPI) -> None:
    with open_session(app.state.engine) as session:
        tell(session, "run_a")
    browser = browse()
    three = f"{BOTH}&run=run_a"
    page = browser.get(three)
    assert "Comparison of 3 drafts" in text_of(page)
    assert 'href="?run=run_over&amp;run=run_more&amp;run=run_a&amp;pair=2#differ"' in page.text
    assert "What differs: run 2 and 3" in text_of(browser.get(f"{three}&pair=2"))
    assert "What differs: run 1 and 2" in text_of(browser.get(BOTH + "&pair=9"))  # the last of those that there are
    beyond = text_of(browser.get(BOTH + "&offset=50"))
    assert "The list ends before this page." in beyond


@pytest.mark.usefixtures("drafts")
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("run=run_over", "Choose at least two drafts: one alone has nothing to be compared with."),
        ("run=run_over&run=run_over", "Choose at least two drafts"),
        ("run=", "Choose at least two drafts"),
        ("&".join(f"run=run_{at}" for at in range(6)), "You chose 6 drafts. At most 5 can be compared at once."),
        ("run=run_over&run=run_next", "One of those you chose is not in VT2027 or has no plan."),
        ("run=run_x&run=run_y", "2 of those you chose are not in VT2027 or have no plan."),
    ],
)
def test_a_wrong_choice_is_said_at_the_top_and_can_be_made_again(browse: Browse, asked: str, said: str) -> None:
    answer = browse().get(f"{COMPARE}?{asked}")
    told = text_of(answer)
    assert answer.status_code == 422
    assert told.startswith("Error: Compare drafts, VT2027")
    assert said in told
    assert 'href="#choose"' in answer.text
    assert 'value="run_more"' in answer.text


@pytest.mark.usefixtures("drafts")
def test_a_wrong_choice_is_said_in_swedish_too(browse: Browse) -> None:
    told = text_of(browse(language="sv").get(f"{COMPARE}?run=run_over&run=run_next"))
    assert "En av dem du valde finns inte i VT2027 eller har ingen plan." in told
    assert "Jämförelse av 2 utkast" in text_of(browse(language="sv").get(BOTH))


def test_the_form_has_the_latest_drafts_ticked(browse: Browse, drafts: Session) -> None:
    page = browse().get(COMPARE).text
    ticked = re.findall(r'name="run" value="(\w+)" checked', page)
    assert len(ticked) == 2
    assert "Choose two to five drafts" in page
    assert "The latest are shown." not in page
    del drafts


@pytest.mark.usefixtures("drafts")
def test_older_drafts_are_chosen_in_the_list(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "CHOICES", 2)
    assert "The latest are shown. Choose older ones in" in text_of(browse().get(COMPARE))


def test_a_term_with_too_few_drafts_says_what_is_next(browse: Browse) -> None:
    assert "The term has no draft yet." in text_of(browse().get("/terms/HT2027/compare"))
    assert "The term has only one draft." in text_of(browse().get("/terms/HT2031/compare"))


def test_drafts_are_chosen_in_the_list_of_runs(browse: Browse, app: FastAPI) -> None:
    with open_session(app.state.engine) as session:
        session.add(Run(id="run_bare", term_id="trm_a", time_limit_seconds=5, requested_by="system"))
    page = browse().get(RUNS).text
    assert '<form method="get" action="/terms/VT2027/compare">' in page
    assert 'value="run_over" aria-label="Compare run 1"' in page
    assert 'value="run_bare"' not in page  # it has no plan
    assert '<form method="get"' not in browse().get("/terms/HT2031/runs").text


@pytest.mark.usefixtures("drafts")
def test_own_weights_and_scenarios_are_told(browse: Browse, app: FastAPI) -> None:
    with open_session(app.state.engine) as session:
        run = session.get_one(Run, "run_more")
        run.options = {"weights": {"travel": 1_500}, "in_county_only": True, "scenario": {"travel_max_minutes": 90}}
        run.status = RunStatus.CANCELLED
        session.add(run)
    told = text_of(browse().get(BOTH))
    for part in ("Its own: Travel 1,500", "The county's only", "Scenario No Yes"):
        assert part in told, (part, told)


@pytest.mark.parametrize("role", [Role.INSTITUTION, Role.PROVIDER, Role.AUDITOR])
def test_only_the_coordinator_compares(browse: Browse, role: Role) -> None:
    assert browse(role).get(BOTH).status_code == 403


def test_the_page_in_english_has_no_swedish(browse: Browse, drafts: Session) -> None:
    told = text_of(browse().get(BOTH))
    assert not re.search(r"\b(utan plats|körning|utkast|vecka|enhet)\b", told, re.IGNORECASE), told
    del drafts
