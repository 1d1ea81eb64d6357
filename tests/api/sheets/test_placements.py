"""The sheet of placements: exported, answered in Excel and imported, all or nothing, each row as the single call."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.clock import now
from placement.in_force import settling
from placement.tables import Course, Placement, Student, StudentAnswer, Supervisor, Term, Unit
from tests.api.sheeting import CSV, XLSX, Desk, faults, outcome
from tests.api.test_statements import copies, counted
from tests.api.world import World
from tests.rows import WEEK

ROLES = ("coordinator", "institution", "provider", "unit")


@pytest.mark.parametrize("role", ROLES)
def test_a_sheet_that_comes_out_goes_in_again_and_changes_nothing(client: TestClient, world: World, role: str) -> None:
    desk = Desk(client, world, role)
    rows = len(desk.table("placements"))
    before = desk.found("/v1/placements")
    assert rows == before["total"] > 0
    for form, media in (("csv", CSV), ("xlsx", XLSX)):
        assert outcome(desk.hand_in("placements", desk.file("placements", form).content, media)) == (0, 0, rows)
    assert desk.found("/v1/placements") == before


def test_a_row_tells_who_comes_where_when_and_to_whom(client: TestClient, world: World, store: Session) -> None:
    store.get_one(Placement, "pla_a").supervisor_id = "sup_a"
    names = [store.get_one(Student, "stu_a").external_id, store.get_one(Supervisor, "sup_a").external_id]
    course = store.get_one(Course, "crs_a").code
    unit = store.get_one(Unit, "unt_a")
    unit.contact_function, unit.contact_email, unit.contact_phone = "Studentsamordnare", "vfu@example.com", None
    store.commit()
    (row,) = Desk(client, world, "unit").table("placements")
    assert row == {
        "id": "pla_a",
        "termId": "VT2027",
        "institutionId": "KI",
        "studentId": "stu_a",
        "courseId": course,
        "unitId": "SE-1",
        "unitName": row["unitName"],
        "contactFunction": "Studentsamordnare",
        "contactEmail": "vfu@example.com",
        "contactPhone": "",
        "firstWeek": "2026-W53",
        "lastWeek": "2027-W04",
        "supervisorId": names[1],
        "status": "published",
        "reason": "",
        "weeksDone": "",
    }
    assert row["unitName"]
    (seen,) = Desk(client, world, "institution").table("placements")
    assert seen == {**row, "studentId": names[0], "supervisorId": "true"}


def test_where_a_term_asks_a_row_has_the_students_answer_which_a_sheet_does_not_change(
    client: TestClient, world: World, store: Session
) -> None:
    institution = Desk(client, world, "institution")
    assert "studentAnswer" not in institution.table("placements")[0]
    store.get_one(Term, "trm_a").students_answer_by = WEEK.monday() - dt.timedelta(days=1)
    store.commit()
    before = institution.table("placements")
    assert [row["studentAnswer"] for row in before] == [""] * len(before)
    placement = store.get_one(Placement, before[0]["id"])
    placement.student_answer, placement.student_answered_at = StudentAnswer.ACCEPTED, now()
    store.commit()
    assert institution.table("placements")[0]["studentAnswer"] == "accepted"
    stale = [{**before[0], "studentAnswer": "declined"}]
    told = institution.hand_in_table("placements", stale)
    assert outcome(told) == (0, 0, 1)
    assert any("A student's answer is not changed in a sheet" in each for each in told.json()["assumptions"])
    assert institution.table("placements")[0]["studentAnswer"] == "accepted"


@pytest.mark.one_database
@pytest.mark.parametrize(("language", "words"), [("sv", ("kommer", "nej")), ("en", ("comes", "no"))])
def test_a_sheet_in_words_has_the_answer_and_whether_somebody_supervises_in_words_and_is_read_again(
    client: TestClient, world: World, store: Session, language: str, words: tuple[str, str]
) -> None:
    store.get_one(Term, "trm_a").students_answer_by = dt.date(2026, 12, 15)
    placement = store.get_one(Placement, "pla_a")
    placement.student_answer, placement.student_answered_at = StudentAnswer.ACCEPTED, now()
    store.commit()
    institution = Desk(client, world, "institution")
    (row, *others) = institution.table("placements", f"&headings={language}")
    heads = ("Studentens svar", "Handledare") if language == "sv" else ("The student's answer", "Supervisor")
    assert tuple(row[head] for head in heads) == words
    for form, media in (("csv", CSV), ("xlsx", XLSX)):
        content = institution.file("placements", form, f"&headings={language}").content
        answer = institution.hand_in("placements", content, media)
        assert outcome(answer) == (0, 0, 1 + len(others))
        assert "answer" not in str(answer.json()["assumptions"])
    moved = institution.hand_in_table("placements", [{**row, heads[1]: "ja" if words[1] == "nej" else "yes"}])
    assert "this differs from what is stored" in faults(moved)[0][3]


def test_a_sheet_may_be_of_a_part_of_the_list(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "coordinator")
    assert [row["id"] for row in desk.table("placements")] == ["pla_a", "pla_b"]
    assert [row["id"] for row in desk.table("placements", "&unitId=unt_b&termId=trm_a")] == ["pla_b"]
    assert desk.table("placements", "&status=declined") == []


def test_a_unit_answers_for_its_students_in_one_sheet(client: TestClient, world: World) -> None:
    unit = Desk(client, world, "unit")
    table = unit.table("placements")
    table[0] |= {"status": "declined", "reason": "no-supervisor"}
    before = unit.found("/v1/placements")
    dry = unit.hand_in_table("placements", table, "?dryRun=true")
    assert outcome(dry) == (0, 1, 0)
    assert dry.json()["dryRun"] is True
    assert unit.found("/v1/placements") == before
    assert outcome(unit.hand_in_table("placements", table)) == (0, 1, 0)
    assert outcome(unit.hand_in_table("placements", table)) == (0, 0, 1)
    shown = unit.found("/v1/placements/pla_a")
    assert (shown["status"], shown["reason"], shown["version"]) == ("declined", "no-supervisor", 2)
    told = unit.found("/v1/events?subjectId=pla_a")["items"]
    assert [event["kind"] for event in told] == ["placement.published", "placement.declined"]


@pytest.mark.usefixtures("begun")
def test_an_institution_tells_how_its_students_placements_ended(client: TestClient, world: World) -> None:
    institution = Desk(client, world, "institution")
    assert outcome(institution.hand_in_rows("placements", [{"id": "pla_a", "status": "completed"}])) == (0, 1, 0)
    assert institution.found("/v1/placements/pla_a")["status"] == "completed"


@pytest.mark.usefixtures("begun")
def test_an_institution_reports_and_corrects_the_weeks_done_in_a_sheet(client: TestClient, world: World) -> None:
    institution = Desk(client, world, "institution")
    told = {"id": "pla_a", "status": "failed", "weeksDone": 2}
    assert outcome(institution.hand_in_rows("placements", [told])) == (0, 1, 0)
    table = institution.table("placements")
    assert table[0]["weeksDone"] == "2"
    assert outcome(institution.hand_in_table("placements", table)) == (0, 0, 1)
    table[0]["weeksDone"] = "3"
    assert outcome(institution.hand_in_table("placements", table)) == (0, 1, 0)
    assert institution.found("/v1/placements/pla_a")["weeksDone"] == 3
    table[0]["weeksDone"] = "7"
    ((_, column, _, detail),) = faults(institution.hand_in_table("placements", table))
    assert (column, detail) == ("weeksDone", "the placement is 5 weeks long: give 0 to 5")


@pytest.mark.parametrize(
    ("row", "column", "detail"),
    [
        ({"id": "pla_a", "weeksDone": 2}, "weeksDone", "the number of weeks done is given only with one of"),
        ({"status": "accepted"}, "id", "a new row needs this"),
        ({"id": "pla_b", "status": "accepted"}, "id", "there is no such placement"),
        ({"id": "pla_a", "status": "gone"}, "status", "there is no such word"),
        ({"id": "pla_a", "status": "completed"}, "status", "The role provider may not give a placement"),
        ({"id": "pla_a", "status": "declined"}, "reason", "a reason is required when a unit declines"),
        ({"id": "pla_a", "reason": "other"}, "reason", "the reason cannot be changed without the status"),
        ({"id": "pla_a", "unitName": "Another", "status": "accepted"}, "unitName", "this differs from what is stored"),
        ({"id": "pla_a", "contactEmail": "me@example.com"}, "contactEmail", "this differs from what is stored"),
        ({"id": "pla_a", "studentId": "stu_b"}, "studentId", "this differs from what is stored"),
    ],
)
def test_a_row_that_the_single_call_would_refuse_refuses_the_sheet(
    client: TestClient, world: World, row: dict[str, str], column: str, detail: str
) -> None:
    provider = Desk(client, world, "provider")
    ((number, found, _, told),) = faults(provider.hand_in_rows("placements", [row]))
    assert (number, found, told[: len(detail)]) == (1, column, detail)
    assert provider.found("/v1/placements/pla_a")["version"] == 1


def test_a_row_whose_status_cannot_be_read_is_told_of_the_rest_as_well(client: TestClient, world: World) -> None:
    provider = Desk(client, world, "provider")
    rows = [
        {"id": "pla_none", "status": "maybe"},
        {"id": "pla_a", "status": "maybe", "unitName": "Another"},
        {"status": "maybe"},
    ]
    told = [(row, column) for row, column, _, _ in faults(provider.hand_in_rows("placements", rows))]
    assert told == [(1, "status"), (1, "id"), (2, "status"), (2, "unitName"), (3, "status")]


def test_a_sheet_that_reports_a_placement_before_it_has_begun_is_refused(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "today", lambda: WEEK.monday() - dt.timedelta(days=1))
    institution = Desk(client, world, "institution")
    (refused,) = faults(institution.hand_in_rows("placements", [{"id": "pla_a", "status": "failed"}]))
    assert refused[:3] == (1, "status", "failed")
    assert refused[3].startswith(f"The placement begins on {WEEK.monday()}")


@pytest.mark.usefixtures("begun")
def test_of_a_sheet_with_one_bad_row_nothing_is_stored(client: TestClient, world: World) -> None:
    coordinator = Desk(client, world, "coordinator")
    rows = [{"id": "pla_a", "status": "accepted"}, {"id": "pla_b", "status": "published"}, {"id": "pla_b"}]
    told = faults(coordinator.hand_in_rows("placements", rows))
    assert told == [(3, "id", "pla_b", "another row of the sheet is about the same placement")]
    assert coordinator.found("/v1/placements/pla_a")["status"] == "published"
    assert outcome(coordinator.hand_in_rows("placements", rows[:2])) == (0, 1, 1)
    settled = [{"id": "pla_a", "status": "completed"}, {"id": "pla_b", "status": "published"}]
    assert outcome(coordinator.hand_in_rows("placements", settled)) == (0, 1, 1)
    late = faults(coordinator.hand_in_rows("placements", [{"id": "pla_a", "status": "accepted"}]))
    assert late == [(1, "status", "accepted", "A placement with the status 'completed' cannot become 'accepted'.")]


def test_no_sheet_asks_the_database_row_by_row(app: FastAPI, client: TestClient, world: World, store: Session) -> None:
    desk = Desk(client, world, "coordinator")
    with counted(app) as few:
        desk.table("placements")
    store.add_all([row for number in range(20) for row in copies(number)])
    store.commit()
    with counted(app) as many:
        rows = desk.table("placements")
    with counted(app) as once:
        desk.hand_in_table("placements", rows[:2])
    with counted(app) as again:
        assert outcome(desk.hand_in_table("placements", rows)) == (0, 0, 22)
    assert (len(many), len(again)) == (len(few), len(once))
