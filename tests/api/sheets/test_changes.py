"""What an imported row changes: only what it says, with its term, and the answer tells what falls and what else."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from placement.sheets.changes import LONGEST_TOLD, MOST_CHANGES
from tests.api.matrix import places, sheets
from tests.api.sheeting import CSV, Desk, faults, outcome
from tests.api.world import World

NO_TERM = "the row does not say its term: fill in the term"


def starts(desk: Desk, code: str = "1SJ021") -> dict[str, str]:
    return {row["termId"]: row["starts"] for row in desk.table("courses") if row["code"] == code}


def volumes(desk: Desk) -> dict[str, tuple[str, str]]:
    rows = [row for row in desk.table("agreements") if row["id"] == "agr_a"]
    return {row["termId"]: (row["minStudentWeeks"], row["maxStudentWeeks"]) for row in rows}


COURSE = {"Program": "1SJ24", "Kod": "1NY001", "Namn": "Ny", "Veckor": "2", "Vårdslag": "hemsjukvård"}


def test_start_weeks_without_a_term_are_refused_with_their_cell_unless_the_call_names_the_term(
    institution: Desk,
) -> None:
    heads, cells = ";".join((*COURSE, "Startveckor")), ";".join((*COURSE.values(), "2027-W10"))
    content = f"{heads}\n{cells}\n".encode()
    (told,) = institution.hand_in("courses", content, CSV).json()["errors"]
    assert (told["cell"], told["column"], told["value"]) == ("F2", "Startveckor", "2027-W10")
    assert told["detail"] == NO_TERM
    row = {"programmeId": "1SJ24", "code": "1NY001", "name": "Ny", "weeks": 2, "kinds": ["home-care"]}
    json = [{**row, "starts": ["2027-W10"]}]
    assert faults(institution.hand_in_rows("courses", json)) == [(1, "starts", "2027-W10", NO_TERM)]
    assert starts(institution, "1NY001") == {}
    assert outcome(institution.hand_in("courses", content, CSV, "?termId=VT2027")) == (1, 0, 0)
    assert starts(institution, "1NY001") == {"VT2027": "2027-W10"}
    assert outcome(institution.hand_in_rows("courses", json, "?termId=VT2027")) == (0, 0, 1)


def test_what_is_said_of_a_week_without_its_term_works_for_the_column(institution: Desk) -> None:
    told = faults(institution.hand_in_table("courses", [{**COURSE, "Startveckor": "v. 10"}]))
    assert told == [(2, "termId", None, NO_TERM)]
    row = {**COURSE, "Startveckor": "v. 10", "Termin": "VT2027"}
    assert outcome(institution.hand_in_table("courses", [row])) == (1, 0, 0)


@pytest.mark.parametrize("heading", ["teachesInPairs", "Undervisar i par", "parhandledning"])
def test_a_sheet_of_courses_says_which_teach_in_pairs(institution: Desk, heading: str) -> None:
    assert outcome(institution.hand_in_table("courses", [{**COURSE, heading: "Ja"}])) == (1, 0, 0)
    (stored,) = (row for row in institution.table("courses") if row["code"] == COURSE["Kod"])
    assert stored["teachesInPairs"] == "true"
    assert outcome(institution.hand_in_table("courses", [{**COURSE, heading: "nej"}])) == (0, 1, 0)
    (fault,) = faults(institution.hand_in_table("courses", [{**COURSE, heading: "kanske"}]))
    assert fault[:3] == (2, heading, "kanske")


@pytest.mark.parametrize("field", ["minStudentWeeks", "maxStudentWeeks"])
def test_a_volume_without_a_term_is_refused_unless_the_call_names_the_term(provider: Desk, field: str) -> None:
    row = {"id": "agr_a", field: 9}
    assert faults(provider.hand_in_table("agreements", [row])) == [(2, field, "9", NO_TERM)]
    assert faults(provider.hand_in_rows("agreements", [row])) == [(1, field, "9", NO_TERM)]
    assert outcome(provider.hand_in_rows("agreements", [row], "?termId=HT2027")) == (0, 1, 0)
    assert volumes(provider)["HT2027"] == (("9", "") if field.startswith("min") else ("0", "9"))
    assert outcome(provider.hand_in_table("agreements", [row], "?termId=HT2027")) == (0, 0, 1)


def test_a_floor_or_a_ceiling_without_a_column_stays_and_an_empty_cell_takes_the_ceiling_away(provider: Desk) -> None:
    row = {"id": "agr_a", "termId": "VT2027"}
    provider.hand_in_rows("agreements", [{**row, "minStudentWeeks": 9, "maxStudentWeeks": 40}])
    assert outcome(provider.hand_in_table("agreements", [row])) == (0, 0, 1)
    assert outcome(provider.hand_in_table("agreements", [{**row, "Högst studentveckor": "50"}])) == (0, 1, 0)
    assert volumes(provider) == {"VT2027": ("9", "50")}
    low = faults(provider.hand_in_table("agreements", [{**row, "Högst studentveckor": "8"}]))
    assert low == [(2, "Högst studentveckor", "8", "the ceiling is lower than the floor")]
    assert outcome(provider.hand_in_table("agreements", [{**row, "Minst studentveckor": "7"}])) == (0, 1, 0)
    assert volumes(provider) == {"VT2027": ("7", "50")}
    assert outcome(provider.hand_in_table("agreements", [{**row, "Högst studentveckor": ""}])) == (0, 1, 0)
    assert volumes(provider) == {"VT2027": ("7", "")}


A, B = ("Handledarutbildning", 7.5, "2024-05-01", None), ("Fördjupning", 15, "2025-05-31", "2030-05-31")
HEADS = ("course", "credits", "completedOn", "expiresOn")


def trainings(desk: Desk) -> list[tuple[Any, ...]]:
    return [tuple(each[head] for head in HEADS) for each in desk.found("/v1/supervisors/sup_a")["trainings"]]


@pytest.fixture
def trained(provider: Desk) -> Desk:
    """Our municipality, whose supervisor has completed two trainings."""
    given = [dict(zip(HEADS, training, strict=True)) for training in (A, B)]
    assert outcome(provider.hand_in_rows("supervisors", [{"id": "sup_a", "trainings": given}])) == (0, 1, 0)
    assert trainings(provider) == [A, B]
    return provider


def test_a_sheet_with_columns_for_fewer_trainings_than_there_are_leaves_the_others(trained: Desk) -> None:
    one = {"id": "sup_a", "Utbildning 1 kurs": A[0], "Utbildning 1 hp": "7,5", "Utbildning 1 genomförd": A[2]}
    assert outcome(trained.hand_in_table("supervisors", [one])) == (0, 0, 1)
    second = {"id": "sup_a", "Utbildning 2 kurs": "C", "Utbildning 2 hp": "3", "Utbildning 2 genomförd": "2026-01-01"}
    assert outcome(trained.hand_in_table("supervisors", [second])) == (0, 1, 0)
    assert trainings(trained) == [A, B, ("C", 3, "2026-01-01", None)]
    assert outcome(trained.hand_in_table("supervisors", [{"id": "sup_a", "Utbildning 1 kurs": ""}])) == (0, 0, 1)


def test_a_training_keeps_what_has_no_column_and_an_empty_cell_takes_its_last_day_away(trained: Desk) -> None:
    row = {"id": "sup_a", "Utbildning 1 kurs": "fördjupning", "Utbildning 1 hp": "16"}
    assert outcome(trained.hand_in_table("supervisors", [row])) == (0, 1, 0)
    assert trainings(trained) == [A, ("fördjupning", 16, *B[2:])]
    row = {"id": "sup_a", "Utbildning 1 kurs": B[0], "Utbildning 1 giltig till": ""}
    assert outcome(trained.hand_in_table("supervisors", [row])) == (0, 1, 0)
    assert trainings(trained) == [A, (B[0], 16, B[2], None)]
    new = faults(trained.hand_in_table("supervisors", [{"id": "sup_a", "Utbildning 1 kurs": "C"}]))
    assert [(column, text) for _, column, _, text in new] == [
        ("training1Credits", "a new training needs this"),
        ("training1CompletedOn", "a new training needs this"),
    ]


def test_an_exported_sheet_without_the_cells_of_a_training_strikes_it(trained: Desk) -> None:
    row = next(row for row in trained.table("supervisors") if row["id"] == "sup_a")
    struck = {head: "" if head.startswith("training1") else cell for head, cell in row.items()}
    assert outcome(trained.hand_in_table("supervisors", [struck])) == (0, 1, 0)
    assert trainings(trained) == [B]


def test_of_two_trainings_in_one_course_a_row_names_the_one_of_its_day(trained: Desk) -> None:
    again = dict(zip(HEADS, (A[0], 7.5, "2026-06-01", "2031-06-01"), strict=True))
    first = {"course": A[0], "completedOn": A[2]}
    rows = [{"id": "sup_a", "trainings": [{**first, "credits": 7.5}, {**again}]}]
    assert outcome(trained.hand_in_rows("supervisors", rows)) == (0, 1, 0)
    assert trainings(trained) == [A, tuple(again.values())]
    rows = [{"id": "sup_a", "trainings": [{"course": A[0], "completedOn": "2026-06-01"}, first]}]
    assert outcome(trained.hand_in_rows("supervisors", rows)) == (0, 0, 1)


def told(answer: httpx2.Response) -> list[tuple[Any, ...]]:
    """Return the row, name, column and both values of everything that an import tells to have changed."""
    assert answer.status_code == 200, answer.text
    shown, fields = answer.json(), ("row", "name", "column", "before", "after")
    changes = [tuple(change[name] for name in fields) for change in shown["changes"]]
    assert shown["changesTotal"] == len(changes)
    return changes


def test_an_empty_cell_is_told_with_what_falls_in_a_dry_run_and_in_the_real_answer(institution: Desk) -> None:
    stored = starts(institution)["VT2027"]
    row = {"Program": "1SJ24", "Kod": "1SJ021", "Termin": "VT2027", "Startveckor": ""}
    for query in ("?dryRun=true", ""):
        answer = institution.hand_in_table("courses", [row], query)
        assert outcome(answer) == (0, 1, 0)
        assert told(answer) == [(2, "1SJ021", "Startveckor", stored, None)]
    assert told(institution.hand_in_table("courses", [row])) == []
    row |= {"Startveckor": "2027-W01; 2027-W02"}
    assert told(institution.hand_in_table("courses", [row])) == [
        (2, "1SJ021", "Startveckor", None, "2027-W01, 2027-W02")
    ]


def test_what_falls_is_told_before_what_is_only_changed(coordinator: Desk) -> None:
    rows = [
        {"id": "unt_a", "name": "Talldungen", "maxStudents": 9, "kinds": ["home-care", "elderly-care"]},
        {"id": "unt_free", "maxStudents": None, "universityHealthcare": True, "municipalityCode": "0182"},
    ]
    coordinator.hand_in_rows("municipalities", [places.NACKA])
    coordinator.hand_in_rows("units", [{"id": "unt_free", "maxStudents": 5}])
    assert told(coordinator.hand_in_rows("units", rows))[:2] == [
        (2, "Nya vårdcentralen", "maxStudents", "5", None),
        (1, "Talldungen", "name", "Tallgården", "Talldungen"),
    ]
    rows = [{"id": "unt_a", "name": "Tallgården", "kinds": ["elderly-care"]}]
    answer = coordinator.hand_in_rows("units", rows)
    assert told(answer) == [
        (1, "Tallgården", "kinds", "home care, elderly care", "elderly care"),
        (1, "Tallgården", "name", "Talldungen", "Tallgården"),
    ]


PARTIES = "Karolinska Institutet – Stockholms stad"
EVERY_LIST: dict[str, tuple[str, dict[str, Any], list[tuple[Any, ...]]]] = {
    "municipalities": ("coordinator", {**places.NACKA, "population": 1}, [("Nacka", "population", "112112", "1")]),
    "organisations": (
        "coordinator",
        {"id": "org_ki", "nameEn": "KI"},
        [("Karolinska Institutet", "nameEn", "Karolinska Institutet", "KI")],
    ),
    "units": (
        "provider",
        {"id": "unt_a", "municipalityCode": "0182", "universityHealthcare": True},
        [("Tallgården", "municipalityCode", "Stockholm", "Nacka"), ("Tallgården", "universityHealthcare", "nej", "ja")],
    ),
    "programmes": ("institution", {"id": "prg_a", "name": "Nytt"}, [("1SJ24", "name", "Sjuksköterska", "Nytt")]),
    "courses": ("institution", {"id": "crs_a", "attempts": 2}, [("1SJ021", "attempts", None, "2")]),
    "agreements": (
        "provider",
        {"id": "agr_a", "termId": "VT2027", "maxStudentWeeks": 40, "units": None, "professions": None},
        [
            (PARTIES, "units", "Tallgården", None),
            (PARTIES, "professions", "sjuksköterska", None),
            (PARTIES, "maxStudentWeeks", None, "40"),
        ],
    ),
    "travel-times": ("coordinator", {**places.JOURNEY, "minutes": 7}, [("söder – ekerö", "minutes", "70", "7")]),
    "cohorts": ("institution", {"id": "coh_a", "size": 7}, [("T2", "size", "1", "7")]),
    "students": (
        "institution",
        {"id": "stu_a", "maxTravel": None, "blockedUnits": [], "cohortId": "coh_idle"},
        [
            ("ki-0001", "maxTravel", "90", None),
            ("ki-0001", "blockedUnits", "Tallgården", None),
            ("ki-0001", "cohortId", "1SJ24/VT2027/T2", "1SJ24/VT2027/Tom"),
        ],
    ),
    "requests": (
        "institution",
        {"id": "req_a", "status": "withdrawn", "preferences": ["unt_free", "unt_b"]},
        [
            ("ki-0001 (1SJ021)", "preferences", "Tallgården", "Nya vårdcentralen, Avdelning 7"),
            ("ki-0001 (1SJ021)", "status", "öppen", "återkallad"),
        ],
    ),
    "capacity-offers": (
        "provider",
        {"id": "off_a", "status": "declined", "declineReason": "other", "institutions": None},
        [
            ("Tallgården – sjuksköterska", "institutions", "Karolinska Institutet", None),
            ("Tallgården – sjuksköterska", "status", "besvarat", "tackat nej"),
            ("Tallgården – sjuksköterska", "declineReason", None, "annat"),
        ],
    ),
    "supervisors": (
        "provider",
        {"id": "sup_a", "weeks": [], "trainings": [{"course": A[0], "expiresOn": "2030-01-01"}]},
        [
            ("p-17", "weeks", "2026-W53", "inga"),
            (
                "p-17",
                "trainings",
                "Handledarutbildning 7.5 hp 2024-05-01",
                "Handledarutbildning 7.5 hp 2024-05-01–2030-01-01",
            ),
        ],
    ),
    "placements": (
        "provider",
        {"id": "pla_a", "status": "declined", "reason": "other"},
        [("stu_a (1SJ021)", "status", "publicerad", "tackat nej"), ("stu_a (1SJ021)", "reason", None, "annat")],
    ),
}


@pytest.mark.parametrize("listed", EVERY_LIST)
def test_every_list_tells_what_its_rows_replace_in_the_callers_words(
    client: TestClient, world: World, coordinator: Desk, listed: str
) -> None:
    coordinator.hand_in_rows("municipalities", [places.NACKA])
    coordinator.hand_in_rows("travel-times", [places.JOURNEY])
    role, row, changes = EVERY_LIST[listed]
    headers = world.by(role, **{"Accept-Language": "sv"})
    answer = client.post(f"/v1/{listed}/imports", json={"rows": [row]}, headers=headers)
    assert told(answer) == [(1, *change) for change in changes]


def test_the_coordinator_reads_which_student_is_changed_by_our_id(coordinator: Desk) -> None:
    answer = coordinator.hand_in_rows("students", [{"id": "stu_a", "maxTravel": 30}])
    assert told(answer) == [(1, "stu_a", "maxTravel", "90", "30")]
    assert "ki-0001" not in answer.text


def test_a_lottery_number_that_falls_is_told(client: TestClient, world: World, institution: Desk) -> None:
    client.post("/v1/terms/trm_a/lottery-draws", json={"seed": "1"}, headers=world.by("coordinator"))
    institution.hand_in_rows("cohorts", [{"programmeId": "prg_a", "termId": "HT2027", "name": "T3", "size": 1}])
    row = {"Eget id": "ki-0001", "Kull": "1SJ24/HT2027/T3"}
    ((number, name, column, before, after), moved) = told(institution.hand_in_table("students", [row]))
    assert (number, name, column, after) == (2, "ki-0001", "Lottery number", None)
    assert before.isdecimal()
    assert moved == (2, "ki-0001", "Kull", "1SJ24/VT2027/T2", "1SJ24/HT2027/T3")


def test_places_are_told_as_places_and_new_rows_are_no_changes(provider: Desk) -> None:
    rows = [{**sheets.OFFER}, {"id": "off_a", "weeks": [{"week": "2027-W01", "places": 5}]}]
    answer = provider.hand_in_rows("capacity-offers", rows)
    assert outcome(answer) == (1, 1, 0)
    assert told(answer) == []
    assert len(answer.json()["places"]) == 2


def test_a_thousand_changes_are_told_and_the_number_of_all_and_a_long_list_is_cut(coordinator: Desk) -> None:
    zones = [{"origin": "norr", "destination": f"zon {number}", "minutes": 5} for number in range(MOST_CHANGES + 1)]
    coordinator.hand_in_rows("travel-times", zones)
    answer = coordinator.hand_in_rows("travel-times", [{**zone, "minutes": 6} for zone in zones]).json()
    assert (len(answer["changes"]), answer["changesTotal"]) == (MOST_CHANGES, MOST_CHANGES + 1)
    weeks = [f"{year}-W{week:02}" for year in (2027, 2028, 2029) for week in range(1, 40)]
    ((*_place, after),) = told(coordinator.hand_in_rows("supervisors", [{"id": "sup_a", "weeks": weeks}]))
    assert (len(after), after[-1]) == (LONGEST_TOLD, "…")
