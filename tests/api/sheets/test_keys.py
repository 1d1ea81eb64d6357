"""A row without our id finds the stored row whose own key is the same but for typing, and never makes it anew."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.tables import Unit
from tests.api.matrix import places, sheets
from tests.api.sheeting import Desk, faults, outcome
from tests.api.world import World
from tests.rows import one

Row = dict[str, Any]
HSA = {**places.UNIT, "hsaId": "SE2120000175-HS1"}
NUMBERED = {**places.ORGANISATION, "externalId": "556677-8899"}
SPELLINGS: dict[str, tuple[str, Row, str, tuple[str, ...]]] = {
    "units": ("units", HSA, "hsaId", ("se2120000175-hs1", "SE2120000175 - HS1", "SE2120000175\u2013HS1")),
    "units by name": ("units", {**places.UNIT, "name": "Hemsjukvården Ör"}, "name", ("hemsjukvården  ör",)),
    "organisations": ("organisations", NUMBERED, "externalId", ("5566778899", "556677 8899", "556677\u20138899")),
    "organisations by name": ("organisations", places.ORGANISATION, "nameSv", ("VÅRD  ab",)),
    "sites": ("sites", places.SITE, "name", ("NORR",)),
    "programmes": ("programmes", {**sheets.PROGRAMME, "code": "1AR15"}, "code", ("1ar15",)),
    "courses": ("courses", {**sheets.COURSE, "code": "BM2A"}, "code", ("bm2a",)),
    "cohorts": ("cohorts", {**sheets.COHORT, "name": "Akutsjukvård"}, "name", ("AKUTSJUKVÅRD",)),
    "students": ("students", {**sheets.STUDENT, "externalId": "ki-7"}, "externalId", ("KI-7", "ki \u2013 7")),
    "supervisors": ("supervisors", {**sheets.SUPERVISOR, "externalId": "h-7"}, "externalId", ("H-7",)),
}
PERSONAL = "A pseudonym that is only typed in another way is read as the stored one. (1)"
KINDS = pytest.mark.parametrize("kind", SPELLINGS)


@pytest.fixture
def keeper(client: TestClient, world: World, kind: str) -> Desk:
    """The one who may both enter and change every value of a list."""
    return Desk(client, world, "institution" if kind == "students" else "coordinator")


@KINDS
def test_a_key_that_differs_only_in_typing_is_the_stored_rows_and_is_told(keeper: Desk, kind: str) -> None:
    listed, row, field, spellings = SPELLINGS[kind]
    assert outcome(keeper.hand_in_rows(listed, [row])) == (1, 0, 0)
    before = keeper.found(f"/v1/{listed}?limit=200")
    for spelling in spellings:
        answer = keeper.hand_in_rows(listed, [{**row, field: spelling}])
        assert outcome(answer) == (0, 0, 1)
        told = PERSONAL if listed in {"students", "supervisors"} else f"'{spelling}' is read as '{row[field]}'. (1)"
        assert answer.json()["assumptions"] == [told]
    assert keeper.found(f"/v1/{listed}?limit=200") == before
    answer = keeper.hand_in_rows(listed, [row])
    assert (outcome(answer), answer.json()["assumptions"]) == ((0, 0, 1), [])


@KINDS
def test_two_rows_whose_keys_differ_only_in_typing_are_one_row_twice(keeper: Desk, kind: str) -> None:
    listed, row, field, spellings = SPELLINGS[kind]
    told = faults(keeper.hand_in_rows(listed, [row, {**row, field: spellings[0]}]))
    assert [(number, column, detail.split(" is about")[0]) for number, column, _, detail in told] == [
        (2, field, "another row of the sheet")
    ]


@KINDS
def test_a_row_is_not_given_the_key_of_another_in_other_typing(keeper: Desk, kind: str) -> None:
    listed, row, field, spellings = SPELLINGS[kind]
    other = {**row, field: "Nytt 9"}
    assert outcome(keeper.hand_in_rows(listed, [row, other])) == (2, 0, 0)
    made = {found[field]: found["id"] for found in keeper.found(f"/v1/{listed}?limit=200")["items"]}
    renamed = {"id": made["Nytt 9"], field: spellings[0]}
    assert [(number, column) for number, column, _, _ in faults(keeper.hand_in_rows(listed, [renamed]))] == [(1, field)]
    again = {"id": made[row[field]], field: spellings[0]}
    assert outcome(keeper.hand_in_rows(listed, [again])) == (0, 1, 0)


def test_of_several_rows_that_are_alike_the_exact_one_is_found_and_else_the_sheet_names_the_one(
    client: TestClient, world: World, store: Session
) -> None:
    stored = one(Unit).model_dump()
    spelt = "SE-HS1", "se-hs1"
    store.add_all([Unit(**{**stored, "id": f"unt_{number}", "hsa_id": own}) for number, own in enumerate(spelt)])
    store.commit()
    desk = Desk(client, world, "provider")
    table = desk.table("units")
    assert outcome(desk.hand_in_table("units", table)) == (0, 0, len(table))
    without = [{name: value for name, value in row.items() if name != "id"} for row in table]
    assert outcome(desk.hand_in_table("units", without)) == (0, 0, len(table))
    for own in spelt:
        assert outcome(desk.hand_in_rows("units", [{"hsaId": own, "zone": "norr"}])) == (0, 1, 0)
    told = faults(desk.hand_in_rows("units", [{"hsaId": "Se-Hs1"}]))
    assert told == [(1, "hsaId", "Se-Hs1", "several rows match this unit: give the id of one")]


def test_the_pseudonym_that_is_read_otherwise_is_not_repeated(coordinator: Desk) -> None:
    answer = coordinator.hand_in_rows("students", [{"externalId": "KI-0001", "cohortId": "coh_a", "maxTravel": 9}])
    assert (outcome(answer), "0001" in answer.text) == ((0, 1, 0), False)


def test_a_request_names_its_student_and_course_in_any_typing(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "institution")
    row = {"studentId": "KI \u2013 0001", "courseId": "1sj021", "termId": "VT2027", "preferences": ["unt_b"]}
    assert outcome(desk.hand_in_rows("requests", [row])) == (0, 1, 0)
    assert desk.found("/v1/requests/req_a")["preferences"] == ["unt_b"]


def test_a_course_in_two_terms_is_one_new_course_in_any_typing(coordinator: Desk) -> None:
    rows = [
        {**sheets.COURSE, "code": "BM2A"},
        {**sheets.COURSE, "code": "bm2a", "termId": "HT2027", "starts": ["2027-W36"]},
    ]
    assert outcome(coordinator.hand_in_rows("courses", rows)) == (1, 1, 0)
    assert [row["termId"] for row in coordinator.table("courses") if row["code"] == "BM2A"] == ["VT2027", "HT2027"]


def test_two_courses_do_not_get_one_code_in_one_sheet(coordinator: Desk) -> None:
    made = [{**sheets.COURSE, "code": code} for code in ("BM2A", "BM3A")]
    assert outcome(coordinator.hand_in_rows("courses", made)) == (2, 0, 0)
    ids = {row["code"]: row["id"] for row in coordinator.table("courses")}
    rows = [{"id": ids["BM2A"], "code": "BM4A"}, {"id": ids["BM3A"], "code": "bm4a"}]
    told = faults(coordinator.hand_in_rows("courses", rows))
    assert told == [(2, "code", "bm4a", "there is another course with this name")]


@pytest.mark.parametrize("kind", ["units", "organisations"])
def test_the_single_operation_refuses_an_id_that_another_row_has_in_other_typing(
    client: TestClient, world: World, kind: str
) -> None:
    listed, row, field, spellings = SPELLINGS[kind]
    by = world.by("coordinator")
    made = client.post(f"/v1/{listed}", json=row, headers=by)
    assert made.status_code == 201
    for spelling in (row[field], *spellings):
        refused = client.post(f"/v1/{listed}", json={**row, field: spelling}, headers=by)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, f"/{field}")
    free = client.post(f"/v1/{listed}", json={**row, field: "Nytt 9"}, headers=by)
    assert free.status_code == 201
    for address, status in ((free, 409), (made, 200)):
        headers = {**by, "If-Match": '"1"'}
        changed = client.patch(address.headers["Location"], json={field: spellings[0]}, headers=headers)
        assert changed.status_code == status, changed.text


def test_the_hsa_id_of_another_providers_unit_is_a_fault_of_its_row(client: TestClient, world: World) -> None:
    by = world.by("coordinator")
    theirs = {**HSA, "providerId": "org_far"}
    assert client.post("/v1/units", json=theirs, headers=by).status_code == 201
    told = faults(Desk(client, world, "provider").hand_in_rows("units", [HSA]))
    assert told == [(1, "hsaId", HSA["hsaId"], "There is already a unit with this HSA id.")]
