"""Runs as pages: started with the last settings, followed as they go, cancelled, and read when they have ended."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from placement.callers import SYSTEM, Role
from placement.clock import now
from placement.database import open_session
from placement.store.tokens import create_token
from placement.tables import Action, AuditEntry, Publication, Run, RunEnd, RunMode, RunStatus
from tests.pages.browsing import leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

RUNS = "/terms/VT2027/runs"
NEW = f"{RUNS}/new"
ORDER = {"mode": "plan", "seconds": "60", "seed": "7"}
POINTS = [[1.0, 500, 200, 9], [2.5, 420, 380, 5], [20.0, 402, 398, 4], [40.0, 401, 398, 4], [61.2, 400, 399, 4]]


def change(app: FastAPI, run_id: str = "run_a", /, **values: object) -> None:
    with open_session(app.state.engine) as session:
        run = session.get_one(Run, run_id)
        for name, value in values.items():
            setattr(run, name, value)
        session.add(run)


def under_way(app: FastAPI) -> None:
    begun = {"status": RunStatus.RUNNING, "started_at": now(), "phase": "search", "elapsed_seconds": 61.2}
    figures = {"objective": 400, "bound": 399, "unplaced": 4, "points": POINTS}
    change(app, "run_a", **begun, **figures, phase_seconds={"prices": 2.5, "search": 58.7})


def stored(app: FastAPI) -> list[Run]:
    with open_session(app.state.engine) as session:
        return list(session.exec(select(Run).where(Run.term_id == "trm_a").order_by(col(Run.requested_at))))


def test_the_runs_are_listed_the_newest_first_by_their_numbers(browse: Browse) -> None:
    told = text_of(browse().get(RUNS))
    assert "2 runs, VT2027" in told
    assert "Run 2 publication 1 queued" in told
    assert "Run 1 cancelled A new plan of the whole term 1 October 2026 10:00 1 s 20,120 0.00% 2" in told
    assert told.index("Run 2") < told.index("Run 1")


def test_a_term_without_runs_says_what_is_next(browse: Browse) -> None:
    told = text_of(browse().get("/terms/HT2027/runs"))
    assert "No run yet" in told
    assert "See what is missing" in told


def test_the_form_has_the_settings_of_the_last_run(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    change(app, time_limit_seconds=75, seed=3, options={"in_county_only": True, "weights": {"travel": 4}})
    page = browser.get(NEW).text
    for part in ('value="75"', 'name="seed" ', 'value="3"', 'value="yes" checked', 'value="4"', "<details open>"):
        assert part in page, part
    assert re.search(r'value="repair" checked', browser.get(f"{NEW}?mode=repair").text)


def test_once_a_plan_is_published_a_repair_is_proposed_unless_another_mode_is_asked_for(
    browse: Browse, app: FastAPI
) -> None:
    browser = browse()
    change(app, mode=RunMode.PLAN)
    assert 'value="repair" checked' in browser.get(NEW).text
    assert 'value="plan" checked' in browser.get(f"{NEW}?mode=plan").text
    assert 'value="plan" checked' in browser.get("/terms/HT2027/runs/new").text


def test_only_a_plan_can_be_made_before_one_is_published(browse: Browse) -> None:
    told = text_of(browse().get("/terms/HT2027/runs/new"))
    assert "The usual settings." in told
    assert "Repair: change as few as possible" not in told


def test_starting_orders_a_run_and_leads_to_its_page(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    answer = browser.send(NEW, {**ORDER, "in_county_only": "yes", "weight_travel": "1 000", "weight_pairs": ""})
    run = stored(app)[-1]
    assert (answer.status_code, leads_to(answer)) == (303, f"{RUNS}/{run.id}?done=started")
    assert (run.mode, run.time_limit_seconds, run.seed) == (RunMode.PLAN, 60, 7)
    assert run.options == {"in_county_only": True, "weights": {"travel": 1000}}
    told = text_of(browser.get(answer.headers["location"]))
    assert "The run is ordered." in told
    assert "Run 3 waits" in told


def test_a_form_with_faults_starts_nothing_and_keeps_what_was_typed(browse: Browse, app: FastAPI) -> None:
    browser = browse(language="sv")
    answer = browser.send(NEW, {**ORDER, "mode": "hope", "seconds": "snart", "seed": "-1", "weight_travel": "två"})
    assert answer.status_code == 422
    told = text_of(answer)
    assert told.startswith("Fel: Ny körning, VT2027")
    assert "Välj vad körningen ska göra" in told
    for part in ('value="snart"', 'value="-1"', 'value="två"', 'aria-invalid="true"', 'href="#seconds"'):
        assert part in answer.text, part
    assert len(stored(app)) == 2


@pytest.mark.usefixtures("hundred_seconds_in_flight")
def test_a_run_that_would_be_too_much_at_once_is_refused_beside_its_seconds(browse: Browse, app: FastAPI) -> None:
    browser = browse(language="sv")
    assert browser.send(NEW, ORDER).status_code == 303
    answer = browser.send(NEW, ORDER)
    assert answer.status_code == 422
    assert "söker tillsammans i 60 s" in text_of(answer)
    for part in ('value="60"', 'aria-invalid="true"', 'href="#seconds"'):
        assert part in answer.text, part
    assert len(stored(app)) == 3


def test_a_run_under_way_shows_how_far_it_has_come_and_its_way_there(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    under_way(app)
    page = browser.get(f"{RUNS}/run_a")
    told = text_of(page)
    for part in (
        "Run 2 is at work, VT2027",
        "Reads the term Sets prices 2 s Searches 59 s Proves Is checked",
        "1 min 1 s of at most 3 min",
        "Proven gap 0.25% 60.00% at the start",
        "Without a place 4 9 at the start",
        "The whole run",
        "Enlarged, when the gap is at most 1%",
        "20 s 402 398 1.00% 4",
        "Load it again now",
    ):
        assert part in told, (part, told)
    assert 'data-events="/v1/runs/run_a/events"' in page.text
    assert f'href="{RUNS}/run_a"' in page.text
    live = browser.get(f"{RUNS}/run_a/live").text
    assert "0.25%" in live
    assert "<html" not in live


def test_a_run_that_waits_says_how_many_are_ahead(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    with open_session(app.state.engine) as session:
        session.add(Run(id="run_before", term_id="trm_idle", time_limit_seconds=5, requested_by="system"))
        session.get_one(Run, "run_next").requested_at = now()
    change(app, requested_at=now())
    change(app, "run_next", status=RunStatus.CANCELLED, finished_at=now())
    assert "1 run is ahead." in text_of(browser.get(f"{RUNS}/run_a"))


def test_a_run_that_waits_for_a_machine_with_more_memory_says_so(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    waits = "The run goes to one that has at least 4,097 MiB, if one is at work."
    assert waits not in text_of(browser.get(f"{RUNS}/run_a"))
    change(app, needs_memory_mb=4_097)
    assert waits in text_of(browser.get(f"{RUNS}/run_a"))


def test_cancelling_keeps_the_best_plan_and_says_so(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    under_way(app)
    answer = browser.send(f"{RUNS}/run_a/cancel", {})
    assert leads_to(answer) == f"{RUNS}/run_a?done=cancelling"
    assert next(run for run in stored(app) if run.id == "run_a").cancel_requested
    told = text_of(browser.get(answer.headers["location"]))
    assert "The run is being cancelled" in told
    assert "Run 2 is being cancelled" in told
    assert "Cancel and keep the best plan" not in told


def test_nobody_cancels_without_the_forms_own_token(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    assert browser.send(f"{RUNS}/run_a/cancel", {}, csrf="0" * 64).status_code == 403
    assert stored(app)[-1].status is RunStatus.QUEUED


def test_a_run_that_has_ended_says_how_and_what_its_gap_means(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    under_way(app)
    ends = {
        "Den slutade när planen var bevisat bäst.": RunEnd.PROVEN,
        "Den slutade när inget bättre hittades.": RunEnd.NOTHING_BETTER,
        "Den slutade när tiden var ute.": RunEnd.TIME_LIMIT,
    }
    browser.language = "sv"
    for sentence, end in ends.items():
        change(app, status=RunStatus.SUCCEEDED, phase="done", finished_at=now(), ended_because=end)
        assert sentence in text_of(browser.get(f"{RUNS}/run_a"))
    told = text_of(browser.get(f"{RUNS}/run_a"))
    assert "Körning 2 är klar" in told
    assert "Ingen plan kan vara mer än 0,25 % bättre: högst 1 av 400 kan vinnas." in told
    assert "Planen är publicerad: publicering 1" in told


def cut_short(app: FastAPI, phase: str, **values: object) -> None:
    change(app, **{"status": RunStatus.CANCELLED, "phase": phase, "finished_at": now(), **values})


def test_a_run_that_was_cut_short_says_where_and_its_plan_is_checked_all_the_same(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    under_way(app)
    cut_short(app, "done", ended_because=RunEnd.STOPPED)
    told = text_of(browser.get(f"{RUNS}/run_a"))
    assert "Reads the term Sets prices 2 s Searches: cut off here 59 s Proves: not reached Is checked" in told
    assert "a longer run may find a better one" in told
    assert "It ended when it was cancelled." in told


def test_a_run_that_was_cancelled_before_it_had_a_plan_went_through_no_more(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    gone: dict[str, object] = {"objective": None, "bound": None, "unplaced": None, "phase_seconds": {}}
    cut_short(app, "prices", started_at=now(), ended_because=None, **gone)
    told = text_of(browser.get(f"{RUNS}/run_a"))
    assert "Reads the term Sets prices: cut off here Searches: not reached" in told
    assert "Is checked: not reached" in told
    cut_short(app, "gather", started_at=None)
    assert "Reads the term: not reached" in text_of(browser.get(f"{RUNS}/run_a"))


def test_a_run_that_was_ready_when_it_was_cancelled_is_not_called_cut_short(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    under_way(app)
    cut_short(app, "done", ended_because=RunEnd.PROVEN)
    told = text_of(browser.get(f"{RUNS}/run_a"))
    assert "cut off" not in told
    assert "not reached" not in told
    assert "It ended when the plan was proven best." in told


def test_a_run_that_failed_says_why_in_the_readers_language(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    change(app, status=RunStatus.FAILED, error="It is wrong\n/x: so", error_sv="Det är fel", finished_at=now())
    told = text_of(browser.get(f"{RUNS}/run_a"))
    assert "Run 2 failed" in told
    assert "Why It is wrong /x: so" in told
    assert "The term is untouched." in told
    browser.language = "sv"
    assert "Varför Det är fel" in text_of(browser.get(f"{RUNS}/run_a"))


def test_who_ordered_a_run_is_told_by_the_label_of_their_access(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    with open_session(app.state.engine) as session:
        token = create_token(session, SYSTEM, Role.COORDINATOR, label="CKU:s planering")
    change(app, requested_by=token.split("_")[1])
    assert "ordered by CKU:s planering" in text_of(browser.get(f"{RUNS}/run_a"))


def test_a_scenario_is_said_to_be_one_and_never_published(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    change(app, "run_over", options={"scenario": {"travel_max_minutes": 90}})
    told = text_of(browser.get(f"{RUNS}/run_over"))
    assert "A scenario: the plan answers a question and can never be published." in told
    assert "To the checklist" not in told


def test_what_a_run_released_is_told_and_the_look_is_logged(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    told = text_of(browser.get(f"{RUNS}/run_over"))
    assert "Released placements: 2" in told
    with open_session(app.state.engine) as session:
        released = dict(session.get_one(Run, "run_over").released[0])
    change(app, "run_over", released=[{**released, "why_sv": "stu_a", "why_en": "stu_a"}])
    browser.get(f"{RUNS}/run_over")
    with open_session(app.state.engine) as session:
        looks = session.exec(select(AuditEntry).where(AuditEntry.action == Action.READ)).all()
        assert [(look.object_id, look.people) for look in looks][-1] == (f"{RUNS}/run_over", ["stu_a"])


def test_who_moves_if_a_plan_is_published_is_told_with_the_reason_and_the_look_is_logged(
    browse: Browse, app: FastAPI
) -> None:
    browser = browse()
    assert "Who moves, and why" in text_of(browser.get(f"{RUNS}/run_over"))
    told = text_of(browser.get(f"{RUNS}/run_over/changes"))
    assert "2 placements in force would change" in told
    assert "Student at Karolinska Institutet 1SJ021 T2 ends Tallgården, week 53–4" in told
    assert "but the limit is 120" in told
    with open_session(app.state.engine) as session:
        look = session.exec(select(AuditEntry).where(AuditEntry.action == Action.READ)).all()[-1]
        assert (look.object_id, look.people) == (f"{RUNS}/run_over/changes", ["stu_a", "stu_b"])
    told = text_of(browser.get("/terms/HT2031/runs/run_next/changes"))
    assert "Nothing is in force yet" in told
    assert "All others stay" not in told


def test_each_student_who_would_move_leads_to_their_own_request(browse: Browse) -> None:
    page = browse().get(f"{RUNS}/run_over/changes")
    links = re.findall(r'<th scope="row"><a href="/terms/VT2027/requests/(\w+)">', page.text)
    assert len(set(links)) == len(links) == 2


@pytest.mark.parametrize(("like", "told"), [("run_a", "has no plan yet"), ("run_over", "ended without a plan")])
def test_what_a_run_without_a_plan_would_change_is_told_with_a_way_to_the_run(
    browse: Browse, app: FastAPI, like: str, told: str
) -> None:
    browser = browse()
    with open_session(app.state.engine) as session:
        session.add(Run(**{**session.get_one(Run, like).model_dump(), "id": "run_bare"}))
    page = browser.get(f"{RUNS}/run_bare/changes")
    assert page.status_code == 200
    assert told in text_of(page)
    assert f'href="{RUNS}/run_bare">To the run' in page.text


def test_a_run_of_another_term_is_not_found_there(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    for path in ("/terms/HT2027/runs/run_a", f"{RUNS}/run_none", f"{RUNS}/run_none/live", f"{RUNS}?offset=x"):
        assert browser.get(path).status_code == 404, path
    assert browser.send("/terms/HT2027/runs/run_a/cancel", {}).status_code == 404
    with open_session(app.state.engine) as session:
        assert session.exec(select(Publication)).first() is not None


def test_the_pages_in_english_have_no_swedish(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    under_way(app)
    for path in (RUNS, NEW, f"{RUNS}/run_a", f"{RUNS}/run_over"):
        told = text_of(browser.get(path))
        assert not re.search(r"\b(körning|plats|gräns|målvärde|vikter|frö|beställd)\b", told, re.IGNORECASE), told


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.INSTITUTION, Role.AUDITOR])
def test_only_the_coordinator_starts_and_cancels(browse: Browse, app: FastAPI, role: Role) -> None:
    browser = browse(role)
    for path in (NEW, f"{RUNS}/run_a", f"{RUNS}/run_a/live"):
        assert browser.get(path).status_code == 403
    for path in (NEW, f"{RUNS}/run_a/cancel"):
        assert browser.send(path, ORDER).status_code == 403
    assert len(stored(app)) == 2
