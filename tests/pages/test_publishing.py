"""Publishing as a page: the checklist says what is known, and nothing is published by mistake."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from sqlmodel import select

from placement.callers import Role
from placement.clock import now
from placement.database import open_session
from placement.tables import Placement, Publication, Run, RunStatus, Term, Unit
from tests.pages.browsing import Browser, leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

OURS = "/terms/VT2027/publish"


@pytest.fixture
def next_term(app: FastAPI, browse: Browse) -> Browser:
    """The coordinator's browser, and a term with a draft that nothing stands against."""
    browser = browse()
    with open_session(app.state.engine) as session:
        run = session.get_one(Run, "run_next")
        run.status, run.started_at, run.finished_at = RunStatus.SUCCEEDED, now(), now()
        run.objective = run.bound = run.unplaced = 0
        session.add(run)
    return browser


def address(app: FastAPI) -> str:
    with open_session(app.state.engine) as session:
        return f"/terms/{session.get_one(Term, 'trm_next').code}/publish"


def form(app: FastAPI, **others: str) -> dict[str, str]:
    code = address(app).split("/")[2]
    return {"run": "run_next", "published_by": "CKU:s ledningsgrupp", "code": code, **others}


def published(app: FastAPI, term: str = "trm_next") -> list[str]:
    with open_session(app.state.engine) as session:
        return [each.published_by for each in session.exec(select(Publication).where(Publication.term_id == term))]


def test_the_checklist_has_the_facts_and_what_to_take_a_stand_on(browse: Browse) -> None:
    page = browse().get(OURS)
    told = text_of(page)
    for part in (
        "Publish run 1, VT2027",
        "The plan is finished and breaks no rule",
        "4 requests are in From 2 lärosäten.",
        "The plan is proven best",
        "Take a stand 1 answer is missing",
        "Take a stand 2 are without a place",
        "I publish although 1 answer is missing",
        "Sum 0 2",
        "It cannot be taken back.",
        "Published, with a report Number When By Report on publication 1",
    ):
        assert part in told, (part, told)
    assert 'name="published_by"' in page.text
    assert 'value="Coordinator"' in page.text


def test_the_checklist_says_what_could_still_be_won(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    with open_session(app.state.engine) as session:
        run = session.get_one(Run, "run_over")
        run.bound = (run.objective or 0) - 1_500
        session.add(run)
    told = text_of(browser.get(OURS))
    assert "The gap is proven: 7.46%" in told
    assert "At most 1,500 can be won by a new run; a student without a place costs 10,000." in told


def test_a_named_function_publishes_with_the_code_typed(next_term: Browser, app: FastAPI) -> None:
    told = text_of(next_term.get(address(app)))
    assert "All have a place" in told
    answer = next_term.send(address(app), form(app))
    assert answer.status_code == 303, text_of(answer)
    assert leads_to(answer).endswith("/runs/run_next?done=published")
    assert published(app) == ["CKU:s ledningsgrupp"]
    assert "The plan is published and in force for all." in text_of(next_term.get(answer.headers["location"]))
    again = text_of(next_term.get(f"{address(app)}?run=run_next"))
    assert "Run 1 cannot be published" in again
    assert "The plan has already been published" in again


def test_without_a_stand_a_function_and_the_code_nothing_is_published(browse: Browse, app: FastAPI) -> None:
    browser = browse(language="sv")
    fields = {"run": "run_over", "stand_silent": "1", "stand_unplaced": "3", "published_by": " ", "code": "HT2027"}
    answer = browser.send(OURS, fields)
    assert answer.status_code == 422
    told = text_of(answer)
    assert told.startswith("Fel: Publicera körning 1")
    for part in ("Ta ställning: 2 är utan plats", "Ange vilken funktion som beslutar", "Skriv koden VT2027"):
        assert part in told, (part, told)
    assert "Ta ställning: 1 svar saknas" not in told
    assert re.search(r'name="stand_silent" value="1" checked', answer.text)
    assert 'value="HT2027"' in answer.text
    assert published(app, "trm_a") == ["Ada Lind"]


def test_a_refusal_says_what_has_changed_and_undoes_everything(next_term: Browser, app: FastAPI) -> None:
    with open_session(app.state.engine) as session:
        unit = session.get_one(Unit, "unt_a")
        unit.max_students = 3
        session.add(unit)
        before = len(session.exec(select(Placement)).all())
    answer = next_term.send(address(app), form(app))
    assert answer.status_code == 409
    told = text_of(answer)
    assert "Nothing is published" in told
    assert "The input has changed since the run: units Tallgården: changed" in told
    assert 'value="CKU:s ledningsgrupp"' in answer.text
    assert published(app) == []
    with open_session(app.state.engine) as session:
        assert len(session.exec(select(Placement)).all()) == before


def test_what_has_changed_can_be_read_before(next_term: Browser, app: FastAPI) -> None:
    assert "Nothing has changed since" in text_of(next_term.get(address(app)))
    with open_session(app.state.engine) as session:
        unit = session.get_one(Unit, "unt_a")
        unit.max_students = 3
        session.add(unit)
    told = text_of(next_term.get(f"{address(app)}?check=yes"))
    assert "In the way The term has changed since the plan was made" in told
    assert "units Tallgården: changed" in told
    assert "Stand behind the plan" not in told


def test_the_term_that_is_compared_and_the_same_is_said_to_be_so(next_term: Browser, app: FastAPI) -> None:
    assert "Compared row by row just now." in text_of(next_term.get(f"{address(app)}?check=yes"))


def test_what_somebody_has_touched_since_the_run_is_counted(browse: Browse) -> None:
    told = text_of(browse().get(OURS))
    assert "Something has changed since the plan was made Since 1 October 2026 10:00: 1 unit." in told


def test_what_cannot_be_published_has_no_form(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    assert "The run goes on" in text_of(browser.get(f"{OURS}?run=run_a"))
    with open_session(app.state.engine) as session:
        run = session.get_one(Run, "run_over")
        run.options = {"scenario": {"travel_max_minutes": 90}}
        session.add(run)
        session.add(
            Run(
                id="run_bare",
                term_id="trm_a",
                time_limit_seconds=5,
                requested_by="system",
                status=RunStatus.CANCELLED,
                finished_at=now(),
            )
        )
    for run_id, why in (("run_over", "A scenario can never be published."), ("run_bare", "The run has no plan")):
        page = browser.get(f"{OURS}?run={run_id}")
        assert why in text_of(page)
        assert 'name="code"' not in page.text
    assert "Nothing to publish yet" in text_of(browser.get(OURS))
    assert browser.send(OURS, {"run": "run_bare", "published_by": "CKU", "code": "VT2027"}).status_code == 409


def test_a_run_of_another_term_is_not_found(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    assert browser.get(f"{OURS}?run=run_next").status_code == 404
    assert browser.send(OURS, form(app)).status_code == 404


def test_a_personal_identity_number_is_refused(next_term: Browser, app: FastAPI) -> None:
    answer = next_term.send(address(app), form(app, published_by="Kim 19811228-9874"))
    assert answer.status_code == 422
    assert "9874" not in answer.text
    assert published(app) == []


def test_the_page_in_english_has_no_swedish(browse: Browse) -> None:
    told = text_of(browse().get(OURS))
    assert not re.search(r"\b(publicera|klara|svar|saknas|plats|golv|resor|senast|skriv)\b", told, re.IGNORECASE), told


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.INSTITUTION, Role.AUDITOR, Role.STUDENT])
def test_only_the_coordinator_publishes(browse: Browse, app: FastAPI, role: Role) -> None:
    assert browse(role).send(address(app), form(app)).status_code == 403
    assert published(app) == []
