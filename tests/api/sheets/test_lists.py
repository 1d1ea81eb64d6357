"""The sheet of each list: a lärosäte's students and requests, a provider's offers and supervisors."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.matrix import sheets
from tests.api.sheeting import Desk, faults, outcome
from tests.api.world import World

HIDDEN = ("externalId", "lat", "lon", "zone")


def test_each_side_takes_out_what_is_theirs(institution: Desk, provider: Desk, coordinator: Desk) -> None:
    for desk, listed, ids in (
        (institution, "cohorts", {"coh_a", "coh_idle"}),
        (institution, "students", {"stu_a", "stu_idle", "stu_m"}),
        (institution, "requests", {"req_a", "req_idle"}),
        (institution, "capacity-offers", {"off_a"}),
        (provider, "capacity-offers", {"off_a"}),
        (provider, "supervisors", {"sup_a"}),
        (coordinator, "supervisors", {"sup_a", "sup_b"}),
    ):
        assert {row["id"] for row in desk.table(listed)} == ids, listed


@pytest.mark.parametrize(
    ("listed", "query", "ids"),
    [
        ("cohorts", "&termId=trm_a&programmeId=prg_b", ["coh_b", "coh_idle_b"]),
        ("students", "&cohortId=coh_b&institutionId=org_b", ["stu_b", "stu_idle_b"]),
        ("requests", "&termId=trm_a&status=open&institutionId=org_b", ["req_b", "req_idle_b"]),
        ("capacity-offers", "&termId=trm_a&unitId=unt_b&status=unanswered", ["off_b"]),
        ("supervisors", "&unitId=unt_b&profession=nurse", ["sup_b"]),
    ],
)
def test_a_sheet_may_be_of_a_part_of_the_list(coordinator: Desk, listed: str, query: str, ids: list[str]) -> None:
    assert [row["id"] for row in coordinator.table(listed, query)] == ids


@pytest.mark.parametrize(
    ("listed", "row"),
    [("cohorts", "coh_b"), ("students", "stu_b"), ("requests", "req_b")],
)
def test_a_row_of_another_institution_is_not_there(institution: Desk, listed: str, row: str) -> None:
    assert [(column, value) for _, column, value, _ in faults(institution.hand_in_rows(listed, [{"id": row}]))] == [
        ("id", row)
    ]


@pytest.mark.parametrize(("listed", "row"), [("capacity-offers", "off_b"), ("supervisors", "sup_b")])
def test_a_row_of_another_provider_is_not_there(provider: Desk, listed: str, row: str) -> None:
    assert [column for _, column, _, _ in faults(provider.hand_in_rows(listed, [{"id": row}]))] == ["id"]


def test_a_cohort_is_renamed_by_its_id_and_keeps_its_programme_and_its_term(institution: Desk) -> None:
    assert outcome(institution.hand_in_rows("cohorts", [{"id": "coh_a", "name": "T4", "size": 2}])) == (0, 1, 0)
    shown = institution.found("/v1/cohorts/coh_a")
    assert (shown["name"], shown["size"], shown["version"]) == ("T4", 2, 2)
    moved = {"id": "coh_a", "programmeId": "prg_idle", "termId": "trm_idle"}
    assert [column for _, column, _, _ in faults(institution.hand_in_rows("cohorts", [moved]))] == [
        "programmeId",
        "termId",
    ]
    taken = faults(institution.hand_in_rows("cohorts", [{"id": "coh_a", "name": "Tom"}]))
    assert taken == [(1, "name", "Tom", "there is another cohort with this name")]


def test_a_student_is_found_by_pseudonym_and_what_is_not_named_stays(institution: Desk) -> None:
    before = institution.found("/v1/students/stu_a")
    rows = [{"externalId": "ki-0001", "maxTravel": None, "blockedUnits": ["unt_b", "SE-1"]}]
    assert outcome(institution.hand_in_rows("students", rows)) == (0, 1, 0)
    assert institution.found("/v1/students/stu_a") == {
        **before,
        "version": 2,
        "maxTravel": None,
        "blockedUnits": ["unt_a", "unt_b"],
    }
    rows = [{"externalId": "ki-0001", "blockedUnits": ["unt_b"]}]
    assert outcome(institution.hand_in_rows("students", rows)) == (0, 1, 0)
    assert institution.found("/v1/students/stu_a")["version"] == 3
    assert outcome(institution.hand_in_rows("students", rows)) == (0, 0, 1)


def test_a_student_who_comes_to_another_terms_cohort_loses_the_lottery_number(
    institution: Desk, coordinator: Desk, client: TestClient, world: World
) -> None:
    draw = client.post("/v1/terms/trm_a/lottery-draws", json={"seed": "1"}, headers=world.by("coordinator"))
    assert draw.status_code == 201
    assert coordinator.found("/v1/students/stu_a")["lotteryNumber"] is not None
    rows = [{"programmeId": "prg_a", "termId": "HT2027", "name": "T3", "size": 1}]
    assert outcome(institution.hand_in_rows("cohorts", rows)) == (1, 0, 0)
    rows = [{"externalId": "ki-0001", "cohortId": "1SJ24/HT2027/T3"}]
    assert outcome(institution.hand_in_rows("students", rows)) == (0, 1, 0)
    assert institution.found("/v1/students/stu_a")["lotteryNumber"] is None


def test_a_student_with_open_requests_stays_in_the_programme(institution: Desk) -> None:
    rows = [{"programmeId": "prg_idle", "termId": "trm_a", "name": "Ny", "size": 1}]
    assert outcome(institution.hand_in_rows("cohorts", rows)) == (1, 0, 0)
    moved = institution.hand_in_rows("students", [{"externalId": "ki-0001", "cohortId": "prg_idle/VT2027/Ny"}])
    told = "The student has open requests in the programme's courses. Withdraw them first."
    assert faults(moved) == [(1, "cohortId", "prg_idle/VT2027/Ny", told)]


@pytest.mark.parametrize("number", ["19850101-1236", "850101+1236"])
def test_a_personal_identity_number_is_refused_and_never_repeated(institution: Desk, number: str) -> None:
    for rows in ([{**sheets.STUDENT, "externalId": number}], [{"id": "stu_a", "externalId": number}]):
        refused = institution.hand_in_rows("students", rows)
        assert [column for _, column, _, _ in faults(refused)] == ["externalId"]
        assert number not in refused.text


def test_only_a_decentralised_student_belongs_to_a_site(institution: Desk) -> None:
    told = faults(institution.hand_in_rows("students", [{**sheets.STUDENT, "siteId": "Söder"}]))
    assert told == [(1, "siteId", "Söder", "only a student of a decentralised programme belongs to a site")]


def test_a_pseudonym_that_another_student_has_is_refused(institution: Desk) -> None:
    refused = institution.hand_in_rows("students", [{"id": "stu_a", "externalId": "p-stu_idle"}])
    assert faults(refused) == [(1, "externalId", None, "there is another student with this name")]


def test_the_coordinator_neither_takes_out_nor_changes_who_a_student_is(coordinator: Desk) -> None:
    table = coordinator.table("students")
    assert {row[name] for row in table for name in HIDDEN} == {""}
    table[0]["priorityClass"] = "2"
    assert outcome(coordinator.hand_in_table("students", table)) == (0, 1, 4)
    for name, value in (("lat", 59.0), ("zone", "norr"), ("externalId", "ny")):
        told = faults(coordinator.hand_in_rows("students", [{"id": "stu_a", name: value}]))
        assert [(column, shown) for _, column, shown, _ in told] == [(name, None)]


def test_the_coordinator_registers_a_student_for_an_institution(coordinator: Desk, institution: Desk) -> None:
    assert outcome(coordinator.hand_in_rows("students", [sheets.STUDENT])) == (1, 0, 0)
    assert institution.table("students", "&cohortId=coh_a")[-1]["externalId"]
    again = {"cohortId": "coh_a", "externalId": "ki-0002", "maxTravel": 45}
    assert outcome(coordinator.hand_in_rows("students", [again])) == (0, 1, 0)
    assert [column for _, column, _, _ in faults(coordinator.hand_in_rows("students", [{"externalId": "x"}]))] == [
        "cohortId",
        "lat",
        "lon",
    ]


def test_requests_are_asked_for_ranked_and_withdrawn_in_one_sheet(
    institution: Desk, coordinator: Desk, client: TestClient, world: World
) -> None:
    again = {"studentId": "ki-0001", "courseId": "1SJ021", "termId": "HT2027", "preferences": "unt_b, SE-1"}
    withdrawn = {"studentId": "ki-0001", "courseId": "1SJ021", "termId": "VT2027", "status": "withdrawn"}
    assert outcome(institution.hand_in_table("requests", [again, withdrawn])) == (1, 1, 0)
    table = institution.table("requests", "&termId=trm_idle")
    assert [(row["studentId"], row["courseId"], row["preferences"]) for row in table] == [
        ("ki-0001", "1SJ021", "unt_b, SE-1")
    ]
    assert institution.found("/v1/requests/req_a")["status"] == "withdrawn"
    assert coordinator.found("/v1/pins")["total"] == 0
    table[0]["preferences"] = "SE-1, unt_b"
    assert outcome(institution.hand_in_table("requests", table)) == (0, 1, 0)
    shown = institution.found(f"/v1/requests/{table[0]['id']}")
    assert (shown["preferences"], shown["version"]) == (["unt_a", "unt_b"], 2)
    made = [
        row["id"]
        for row in client.get("/v1/requests?limit=200", headers=world.by("institution")).json()["items"]
        if row["termId"] == "trm_idle"
    ]
    assert made == [table[0]["id"]]


def test_a_request_stays_with_its_student_course_and_term(institution: Desk) -> None:
    moved = {"id": "req_a", "studentId": "stu_idle", "courseId": "crs_asked", "termId": "trm_idle"}
    told = faults(institution.hand_in_rows("requests", [moved]))
    assert [(column, value) for _, column, value, _ in told] == [
        ("studentId", None),
        ("courseId", "crs_asked"),
        ("termId", "trm_idle"),
    ]


@pytest.mark.parametrize("course", ["crs_b", "nothing"])
def test_a_course_outside_the_students_programme_is_refused(coordinator: Desk, course: str) -> None:
    told = faults(coordinator.hand_in_rows("requests", [{**sheets.REQUEST, "courseId": course}]))
    assert told == [(1, "courseId", course, "there is no such course in the student's programme")]


def test_a_request_without_its_student_is_refused(institution: Desk) -> None:
    told = faults(institution.hand_in_rows("requests", [{"courseId": "1SJ021", "preferences": ["nowhere"]}, {}]))
    assert [(row, column) for row, column, _, _ in told] == [
        (1, "studentId"),
        (1, "termId"),
        (1, "preferences"),
        (2, "studentId"),
        (2, "courseId"),
        (2, "termId"),
    ]


def test_the_coordinator_names_students_by_id_and_learns_no_pseudonym(coordinator: Desk) -> None:
    assert {row["studentId"] for row in coordinator.table("requests")} == {"stu_a", "stu_b"}
    named = {**sheets.REQUEST, "studentId": "ki-0001"}
    assert [column for _, column, _, _ in faults(coordinator.hand_in_rows("requests", [named]))] == ["studentId"]


def offered(desk: Desk, **cells: object) -> dict[str, Any]:
    """Return our unit's offer in the sheet, with some cells replaced."""
    return {**desk.table("capacity-offers", "&termId=trm_a")[0], **cells}


def test_a_provider_answers_for_all_its_units_in_one_sheet(provider: Desk) -> None:
    table = [
        offered(provider, **{"2027-W01": "3", "2026-W53": ""}),
        {
            "unitId": "unt_free",
            "termId": "VT2027",
            "professions": "nurse",
            "status": "declined",
            "declineReason": "rebuilding",
        },
        {"unitId": "unt_free", "termId": "VT2027", "professions": "midwife", "status": "unanswered"},
        {"unitId": "unt_free", "termId": "VT2027", "professions": "nurse,physiotherapist", "status": "answered"},
    ]
    assert outcome(provider.hand_in_table("capacity-offers", table)) == (3, 1, 0)
    assert provider.found("/v1/capacity-offers/off_a")["weeks"] == [{"week": "2027-W01", "places": 3}]
    shown = {
        (row["unitName"], row["professions"]): (row["status"], row["declineReason"], row["2027-W01"])
        for row in provider.table("capacity-offers", "&termId=trm_a")
    }
    assert shown == {
        ("Tallgården", "nurse"): ("answered", "", "3"),
        ("Nya vårdcentralen", "nurse"): ("declined", "rebuilding", ""),
        ("Nya vårdcentralen", "midwife"): ("unanswered", "", ""),
        ("Nya vårdcentralen", "nurse, physiotherapist"): ("answered", "", ""),
    }


def test_a_sheet_of_a_term_has_a_column_for_each_of_its_weeks(provider: Desk) -> None:
    heads = list(provider.table("capacity-offers", "&termId=trm_a")[0])
    weeks = [head for head in heads if "-W" in head]
    assert (len(weeks), weeks[:2], weeks[-1]) == (20, ["2026-W53", "2027-W01"], "2027-W19")
    empty = provider.file("capacity-offers", "csv", "&termId=trm_idle").text
    assert empty.count("-W") == 20


def test_the_same_answer_again_is_no_new_one_and_a_no_takes_the_places_away(provider: Desk) -> None:
    before = provider.found("/v1/capacity-offers/off_a")
    assert outcome(provider.hand_in_table("capacity-offers", [offered(provider)])) == (0, 0, 1)
    assert provider.found("/v1/capacity-offers/off_a") == before
    no = {"id": "off_a", "status": "declined", "declineReason": "no-supervisor"}
    assert outcome(provider.hand_in_rows("capacity-offers", [no])) == (0, 1, 0)
    after = provider.found("/v1/capacity-offers/off_a")
    assert (after["weeks"], after["institutions"], after["version"]) == ([], ["org_ki"], 2)
    assert after["answeredAt"] > before["answeredAt"]


def test_whom_an_offer_is_kept_for_is_changed_and_is_no_new_answer(provider: Desk) -> None:
    before = provider.found("/v1/capacity-offers/off_a")
    rows = [{"id": "off_a", "institutions": ["UMU", "org_ki"]}]
    assert outcome(provider.hand_in_rows("capacity-offers", rows)) == (0, 1, 0)
    after = provider.found("/v1/capacity-offers/off_a")
    assert (after["institutions"], after["version"]) == (["org_b", "org_ki"], 2)
    assert after["answeredAt"] == before["answeredAt"]
    table = [offered(provider, institutions="")]
    assert outcome(provider.hand_in_table("capacity-offers", table)) == (0, 1, 0)
    assert provider.found("/v1/capacity-offers/off_a")["institutions"] is None


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"status": "declined"}, "declineReason"),
        ({"status": "declined", "declineReason": "other"}, "2026-W53"),
        ({"unitName": "Granliden"}, "unitName"),
        ({"unitId": "unt_free", "unitName": ""}, "unitId"),
        ({"institutions": "Stockholm"}, "institutions"),
        ({"2027-W01": "many"}, "2027-W01"),
        ({"2030-W01": "1"}, "2030-W01"),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(provider: Desk, cells: dict[str, object], column: str) -> None:
    told = faults(provider.hand_in_table("capacity-offers", [offered(provider, **cells)]))
    assert [(row, fault) for row, fault, _, _ in told] == [(2, column)]


def test_a_column_for_a_week_that_no_year_has_is_refused(provider: Desk) -> None:
    told = faults(provider.hand_in_table("capacity-offers", [offered(provider, **{"2027-W60": "1"})]))
    assert told == [(1, "2027-W60", None, "there is no week 60")]


def test_what_a_unit_has_said_is_never_guessed(provider: Desk) -> None:
    unsaid = {"unitId": "unt_free", "termId": "VT2027", "professions": "nurse", "status": ""}
    assert faults(provider.hand_in_table("capacity-offers", [unsaid])) == [(2, "status", None, "a new row needs this")]


@pytest.mark.parametrize(
    ("listed", "named", "word"),
    [
        ("capacity-offers", {"unitId": "unt_ingen", "termId": "VT2027"}, {"professions": "nurce"}),
        ("supervisors", {"unitId": "unt_ingen", "externalId": "h-9"}, {"profession": "nurce"}),
        ("programmes", {"institutionId": "org_ingen", "code": "N", "name": "Ny"}, {"profession": "nurce"}),
        ("courses", {"programmeId": "prg_ingen", "code": "N", "name": "Ny", "weeks": 2}, {"kinds": "hemsjukvord"}),
        ("units", {"providerId": "org_ingen", "name": "Ny"}, {"kinds": "hemsjukvord"}),
        ("agreements", {"institutionId": "org_ingen", "providerId": "org_city"}, {"professions": "nurce"}),
    ],
)
def test_a_name_that_no_row_has_and_a_word_that_is_in_no_list_are_told_together(
    coordinator: Desk, listed: str, named: dict[str, object], word: dict[str, object]
) -> None:
    told = [fault for _, fault, _, _ in faults(coordinator.hand_in_table(listed, [named | word]))]
    assert told == [next(iter(named)), *word]


def test_a_row_with_a_wrong_cell_tells_its_unknown_names_and_words_too(provider: Desk) -> None:
    row = {"Enhet": "Finns ej", "Termin": "VT2027", "Yrken": "kosmonaut", "2027-W01": "x"}
    told = faults(provider.hand_in_table("capacity-offers", [row]))
    assert [(number, column) for number, column, _, _ in told] == [(2, "2027-W01"), (2, "Enhet"), (2, "Yrken")]
    given = {"unitId": "unt_ingen", "termId": "VT2027", "professions": ["nurse"], "status": 7}
    told = faults(provider.hand_in_rows("capacity-offers", [given, 7]))
    assert [(number, column) for number, column, _, _ in told] == [(1, "status"), (1, "unitId"), (2, None)]


def test_what_is_wrong_in_one_half_of_a_point_hides_no_unknown_name(provider: Desk) -> None:
    unit = {"Namn": "Ny", "Kommun": "Ingenstans", "Vårdslag": "vårdcentral", "Latitud": "norr", "Longitud": "18.1"}
    assert {column for _, column, _, _ in faults(provider.hand_in_table("units", [unit]))} >= {"Latitud", "Kommun"}
    journey = {"Från": "norr", "Till": "söder", "Minuter": "länge"}
    told = faults(Desk(provider._client, provider._world, "coordinator").hand_in_table("travel-times", [journey]))
    assert [column for _, column, _, _ in told] == ["Minuter"]


def test_of_several_offers_of_the_same_kind_the_sheet_names_the_one(provider: Desk) -> None:
    given = {"unitId": "unt_a", "termId": "trm_a", "professions": ["nurse"], "status": "unanswered"}
    client, world = provider._client, provider._world
    for _ in range(2):
        assert client.post("/v1/capacity-offers", json=given, headers=world.by("provider")).status_code == 201
    told = faults(provider.hand_in_rows("capacity-offers", [given]))
    assert told == [(1, "unitId", "unt_a", "several rows match this offer: give the id of one")]
    table = provider.table("capacity-offers")
    assert outcome(provider.hand_in_table("capacity-offers", table)) == (0, 0, 3)
    assert len(faults(provider.hand_in_table("capacity-offers", [table[0], table[0]]))) == 1


def test_supervisors_and_their_trainings_are_kept_in_one_sheet(provider: Desk) -> None:
    row = provider.table("supervisors")[0]
    row |= {"training2Course": "Fördjupning", "training2Credits": "15", "training2CompletedOn": "2026-01-15"}
    new = {
        "unitId": "unt_free",
        "externalId": "p-20",
        "profession": "midwife",
        "weeks": "2027-W03, 2027-W04",
        "training1Course": "Handledning",
        "training1Credits": "7,5",
        "training1CompletedOn": "2025-05-31",
        "training1ExpiresOn": "2030-05-31",
    }
    assert outcome(provider.hand_in_table("supervisors", [row, new])) == (1, 1, 0)
    shown = provider.found("/v1/supervisors/sup_a")
    assert [training["course"] for training in shown["trainings"]] == ["Handledarutbildning", "Fördjupning"]
    assert (shown["trainings"][0]["id"], shown["version"]) == ("trn_a", 2)
    made = provider.found("/v1/supervisors?unitId=unt_free")["items"][0]
    assert (made["weeks"], made["maxStudents"]) == (["2027-W03", "2027-W04"], 2)
    assert outcome(provider.hand_in_table("supervisors", provider.table("supervisors"))) == (0, 0, 2)


def test_a_training_that_is_taken_out_of_the_sheet_is_struck(provider: Desk) -> None:
    row = {"id": "sup_a", "training1Course": ""}
    assert outcome(provider.hand_in_table("supervisors", [row])) == (0, 1, 0)
    assert provider.found("/v1/supervisors/sup_a")["trainings"] == []


def test_every_week_and_no_week_are_not_the_same(provider: Desk) -> None:
    for cell, weeks in (("none", []), ("", None), ("2027-W03", ["2027-W03"])):
        assert outcome(provider.hand_in_table("supervisors", [{"id": "sup_a", "weeks": cell}])) == (0, 1, 0)
        assert provider.found("/v1/supervisors/sup_a")["weeks"] == weeks
        assert provider.table("supervisors")[0]["weeks"] == cell


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"id": "sup_a", "role": "supervisor"}, "sharePercent"),
        ({"id": "sup_a", "unitId": "unt_free"}, "unitId"),
        ({"id": "sup_a", "unitName": "Granliden"}, "unitName"),
        ({"id": "sup_a", "externalId": "850101-1236"}, "externalId"),
        ({"unitId": "unt_a", "externalId": "p-30"}, "profession"),
    ],
)
def test_a_supervisor_who_contradicts_the_rules_is_refused(provider: Desk, row: dict[str, Any], column: str) -> None:
    told = faults(provider.hand_in_rows("supervisors", [row]))
    assert [fault for _, fault, _, _ in told] == [column]


def test_a_training_that_never_counted_is_refused_by_its_own_column(provider: Desk) -> None:
    row = {"id": "sup_a", "training3Course": "X", "training3Credits": "1"}
    row |= {"training3CompletedOn": "2026-01-01", "training3ExpiresOn": "2025-01-01"}
    told = faults(provider.hand_in_table("supervisors", [row]))
    assert [(number, column, value) for number, column, value, _ in told] == [(2, "training3ExpiresOn", "2025-01-01")]
