"""Sheets over HTTP: an exported sheet is imported again, all or nothing, once or twice, each fault with its cell."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from placement_api.door.heads import LARGEST_IMPORT
from tests.api.matrix import places, sheets
from tests.api.sheeting import CSV, LISTS, WHO_KEEPS, XLSX, Desk, faults, outcome
from tests.api.world import World

OTHERWISE_MADE = {"municipalities", "sites", "courses", "agreements", "travel-times"}
"""The lists whose rows are not removed alone, or not made alone in the form that a row of the sheet has."""
KEPT = [(listed, role) for listed in LISTS for role in WHO_KEEPS[listed]]
NEW = {
    "municipalities": places.NACKA,
    "organisations": places.ORGANISATION,
    "sites": places.SITE,
    "units": places.UNIT,
    "programmes": sheets.PROGRAMME,
    "courses": sheets.COURSE,
    "agreements": sheets.AGREEMENT,
    "travel-times": {**places.JOURNEY, "origin": "norr"},
    "cohorts": sheets.COHORT,
    "students": {**sheets.STUDENT, "blockedUnits": ["unt_a", "unt_b"]},
    "requests": {**sheets.REQUEST, "preferences": ["unt_b", "unt_a"]},
    "capacity-offers": sheets.OFFER,
    "supervisors": sheets.SUPERVISOR,
}


@pytest.mark.parametrize(("listed", "role"), KEPT)
def test_a_sheet_that_comes_out_goes_in_again_and_changes_nothing(
    client: TestClient, world: World, listed: str, role: str
) -> None:
    desk = Desk(client, world, role)
    rows = len(desk.table(listed))
    assert rows > 0
    before = desk.found(f"/v1/{listed}")
    coordinator = Desk(client, world, "coordinator")
    entries = coordinator.found("/v1/audit-entries")["total"]
    for form, media in (("csv", CSV), ("xlsx", XLSX)):
        assert outcome(desk.hand_in(listed, desk.file(listed, form).content, media)) == (0, 0, rows)
    assert desk.found(f"/v1/{listed}") == before
    assert coordinator.found("/v1/audit-entries")["total"] == entries


@pytest.mark.parametrize("listed", LISTS)
def test_a_new_row_is_created_once_however_often_it_is_handed_in(client: TestClient, world: World, listed: str) -> None:
    desk = Desk(client, world, WHO_KEEPS[listed][1])
    total = desk.found(f"/v1/{listed}")["total"]
    assert outcome(desk.hand_in_rows(listed, [NEW[listed]])) == (1, 0, 0)
    assert outcome(desk.hand_in_rows(listed, [NEW[listed]])) == (0, 0, 1)
    assert desk.found(f"/v1/{listed}")["total"] == total + 1


@pytest.mark.parametrize("listed", LISTS)
def test_a_dry_run_tells_what_would_come_of_it_and_stores_nothing(
    client: TestClient, world: World, listed: str
) -> None:
    desk = Desk(client, world, "coordinator")
    before = desk.found(f"/v1/{listed}")
    entries = desk.found("/v1/audit-entries")["total"]
    answer = desk.hand_in_rows(listed, [NEW[listed]], "?dryRun=true")
    told = answer.json()
    counted = {name: told[name] for name in ("dryRun", "rows", "created", "changed", "unchanged")}
    assert counted == {"dryRun": True, "rows": 1, "created": 1, "changed": 0, "unchanged": 0}
    assert desk.found(f"/v1/{listed}") == before
    assert desk.found("/v1/audit-entries")["total"] == entries


@pytest.mark.parametrize("listed", LISTS)
def test_of_a_sheet_with_one_bad_row_nothing_is_stored(client: TestClient, world: World, listed: str) -> None:
    desk = Desk(client, world, "coordinator")
    before = desk.found(f"/v1/{listed}")
    assert len(faults(desk.hand_in_rows(listed, [NEW[listed], {"id": "none_such"}]))) == 1
    assert desk.found(f"/v1/{listed}") == before


@pytest.mark.parametrize("listed", LISTS)
def test_a_row_that_is_there_twice_is_refused(client: TestClient, world: World, listed: str) -> None:
    desk = Desk(client, world, "coordinator")
    told = faults(desk.hand_in_rows(listed, [NEW[listed], NEW[listed]]))
    assert [(row, detail.split(" is about")[0]) for row, _, _, detail in told] == [(2, "another row of the sheet")]


@pytest.mark.parametrize("listed", [listed for listed in LISTS if listed not in OTHERWISE_MADE])
def test_a_row_in_a_sheet_leaves_the_same_trail_as_one_by_itself(client: TestClient, world: World, listed: str) -> None:
    trail = "/v1/audit-entries?limit=200"
    desk = Desk(client, world, "coordinator")
    count = desk.found(trail)["total"]
    made = client.post(f"/v1/{listed}", json=NEW[listed], headers=world.by("coordinator"))
    assert made.status_code == 201, made.text
    alone = desk.found(trail)["items"][count:]
    removed = client.delete(made.headers["Location"], headers=world.by("coordinator", **{"If-Match": '"1"'}))
    assert removed.status_code == 204, removed.text
    count = desk.found(trail)["total"]
    assert outcome(desk.hand_in_rows(listed, [NEW[listed]])) == (1, 0, 0)

    def told(entries: list[dict[str, object]]) -> list[object]:
        volatile = {"id", "answeredAt", "offerId", "requestId", "studentId"}
        return [
            (entry["action"], entry["objectType"], entry["before"], _without(entry["after"], volatile))
            for entry in entries
        ]

    assert told(desk.found(trail)["items"][count:]) == told(alone)


def _without(values: object, names: set[str]) -> object:
    return {name: value for name, value in values.items() if name not in names} if isinstance(values, dict) else values


def test_every_fault_is_told_by_row_column_and_value(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "institution")
    table = [
        {"cohortId": "1SJ24/VT2027/T2", "externalId": "s-1", "lat": "59.3", "lon": "18", "maxTravel": "60"},
        {"cohortId": "nowhere", "externalId": "s-2", "lat": "59,3", "lon": "18", "maxTravel": "60"},
        {"cohortId": "coh_a", "externalId": "s-3", "lat": "591", "lon": "x", "maxTravel": "-1"},
        {"cohortId": "coh_a", "externalId": "", "lat": "59", "lon": "18", "maxTravel": ""},
    ]
    answer = desk.hand_in_table("students", table)
    assert faults(answer) == [
        (3, "cohortId", "nowhere", "there is no such cohort"),
        (4, "lon", None, "give a number"),
        (4, "lat", None, "the number may be at most 90"),
        (4, "maxTravel", "-1", "the number must be at least 0"),
        (5, "externalId", None, "a new row needs this"),
    ]
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/rows/1/cohortId",
        "/rows/2/lon",
        "/rows/2/lat",
        "/rows/2/maxTravel",
        "/rows/3/externalId",
    ]


def test_a_fault_in_json_is_told_by_the_number_of_its_row(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "institution")
    rows = [{"programmeId": "prg_a", "termId": "trm_a", "name": "T5", "size": -1}, 17, {"colour": "personal words"}]
    assert faults(desk.hand_in_rows("cohorts", rows)) == [
        (1, "size", "-1", "the number must be at least 0"),
        (2, None, None, "give an object with fields"),
        (3, "colour", None, "there is no such field"),
    ]


def test_the_words_of_a_refused_sheet_come_in_swedish_too(client: TestClient, world: World) -> None:
    headers = world.by("institution", **{"Accept-Language": "sv"})
    refused = client.post("/v1/cohorts/imports", json={"rows": [{"size": -1}]}, headers=headers)
    assert refused.json()["detail"] == "Inget har sparats: kalkylbladet har 1 fel."


def test_a_thousand_faults_are_told_and_no_more(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "institution")
    answer = desk.hand_in_rows("cohorts", [{"size": -1}] * 1_500)
    assert len(faults(answer)) == 1_000
    assert len(faults(desk.hand_in_rows("cohorts", [{"name": "T5"}] * 1_500))) == 1_000


def test_one_row_more_than_twenty_thousand_is_refused(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "institution")
    refused = desk.hand_in_rows("cohorts", [{}] * 20_001)
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/rows"]
    lines = b"name\n" + b"T2\n" * 20_001
    assert [detail for *_, detail in faults(desk.hand_in("cohorts", lines, CSV))] == [
        "there are too many rows: 20,000 at most"
    ]


def test_an_import_may_be_ten_million_bytes_and_no_more(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "institution")
    room = b"name\n".ljust(LARGEST_IMPORT, b"\n")
    assert desk.hand_in("cohorts", room, CSV).status_code == 422
    assert desk.hand_in("cohorts", room + b"\n", CSV).status_code == 413


@pytest.mark.parametrize("content", [b"", b"{", b'{"rows": [' + b"9" * 5_000 + b"]}", b"[" * 100_000, b"\xff"])
def test_json_that_cannot_be_read_is_malformed(client: TestClient, world: World, content: bytes) -> None:
    answer = Desk(client, world, "institution").hand_in("cohorts", content, "application/json")
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"rows": {}}', b'{"rows": [], "more": 1}'])
def test_json_without_rows_is_refused(client: TestClient, world: World, content: bytes) -> None:
    answer = Desk(client, world, "institution").hand_in("cohorts", content, "application/json")
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_a_file_of_another_kind_is_refused(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "institution")
    assert desk.hand_in("cohorts", b"name\nT2\n", "application/pdf").status_code == 415
    assert [detail for *_, detail in faults(desk.hand_in("cohorts", b"%PDF-1.7 x", XLSX))] == [
        "the file is a PDF: save the list as XLSX, ODS or CSV"
    ]


def test_no_cell_of_a_sheet_is_a_formula_and_what_was_escaped_comes_back(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "institution")
    named = {**sheets.COHORT, "name": "=HYPERLINK(1)"}
    assert outcome(desk.hand_in_rows("cohorts", [named])) == (1, 0, 0)
    assert [row["name"] for row in desk.table("cohorts") if "HYPER" in row["name"]] == ["'=HYPERLINK(1)"]
    for form, media in (("csv", CSV), ("xlsx", XLSX)):
        assert outcome(desk.hand_in("cohorts", desk.file("cohorts", form).content, media)) == (0, 0, 3)


def test_a_file_has_a_name_and_excels_mark(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "provider")
    answer = desk.file("capacity-offers", "csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="capacity-offers.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbfid,unitId,")
    assert desk.file("supervisors", "xlsx").headers["content-type"] == XLSX
