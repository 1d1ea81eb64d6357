"""Statements over HTTP: drawn up, read, answered, taken out as files, pages and the document of their fingerprint."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlmodel import Session

from placement.tables import Placement, PlacementStatus, Unit
from tests.api.world import World

FIRST = "/v1/statements/stm_a"


@pytest.fixture
def correction(client: TestClient, world: World, store: Session) -> dict[str, Any]:
    """The placement's week in 2026 has been done since the statement was drawn up; the correction of it."""
    placement = store.get_one(Placement, "pla_a")
    placement.status, placement.weeks_done = PlacementStatus.COMPLETED, 5
    store.commit()
    given = {"agreementId": "agr_a", "halfYear": "2026-H2", "drawnUpBy": "Bo Ek"}
    made = client.post("/v1/statements", headers=world.by("coordinator"), json=given)
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == f"/v1/statements/{made.json()['id']}"
    told: dict[str, Any] = made.json()
    return told


def test_a_correction_says_what_is_different(correction: dict[str, Any]) -> None:
    assert {name: correction[name] for name in ("number", "correctsId", "plannedWeeks", "doneWeeks", "amountOre")} == {
        "number": 2,
        "correctsId": "stm_a",
        "plannedWeeks": 0,
        "doneWeeks": 1,
        "amountOre": 98_000,
    }
    assert [(row["kind"], row["weeks"], row["amountOre"], row["operatorName"]) for row in correction["rows"]] == [
        ("done", 1, 98_000, "Omsorgen Ltd"),
        ("unreported", -1, 0, "Omsorgen Ltd"),
    ]
    assert correction["unreportedWeeks"] == -1
    assert [(each["operatorId"], each["doneWeeks"]) for each in correction["operators"]] == [("org_care", 1)]
    assert correction["programmes"][0]["programmeName"] == "Sjuksköterska (1SJ24)"
    assert (correction["state"], correction["institutionName"]) == ("drawn-up", "Karolinska Institutet")


def test_the_fingerprint_is_the_hash_of_the_document(
    client: TestClient, world: World, correction: dict[str, Any]
) -> None:
    one = f"/v1/statements/{correction['id']}"
    document = client.get(f"{one}/document", headers=world.by("provider"))
    assert document.headers["Content-Type"] == "application/json"
    assert hashlib.sha256(document.content).hexdigest() == correction["sha256"]
    told = document.json()
    assert (told["format"], told["id"], told["amountOre"]) == ("placement-statement/1", correction["id"], 98_000)
    lines = client.get(f"{one}/lines", headers=world.by("institution")).json()
    assert [line["weeks"] for line in lines["items"]] == [line["weeks"] for line in told["lines"]] == [-1, 1]
    assert lines["items"][1]["unitName"] == "Tallgården"
    assert lines["items"][1]["operatorName"] == "Omsorgen Ltd"


def test_both_sides_answer_and_what_is_not_the_fingerprint_is_a_conflict(
    client: TestClient, world: World, correction: dict[str, Any]
) -> None:
    one = f"/v1/statements/{correction['id']}"
    given = {"verdict": "acknowledged", "sha256": correction["sha256"], "answeredBy": "Ada Lind"}
    wrong = client.post(f"{one}/answers", headers=world.by("institution"), json={**given, "sha256": "0" * 64})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (409, "/sha256")
    for role in ("institution", "provider"):
        assert client.post(f"{one}/answers", headers=world.by(role), json=given).status_code == 201
    again = client.post(f"{one}/answers", headers=world.by("provider", **{"Accept-Language": "sv"}), json=given)
    assert again.status_code == 409
    assert again.json()["detail"].startswith("Avräkningen är redan godkänd av huvudmannen.")
    found = client.get("/v1/statements?state=acknowledged", headers=world.by("coordinator")).json()
    assert [row["id"] for row in found["items"]] == [correction["id"]]
    assert [answer["side"] for answer in found["items"][0]["answers"]] == ["institution", "provider"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"agreementId": "agr_a", "halfYear": "2026"}, "/halfYear"),
        ({"agreementId": "agr_a", "halfYear": 2026}, "/halfYear"),
        ({"agreementId": "agr_none", "halfYear": "2026-H2"}, "/agreementId"),
        ({"agreementId": "agr_a"}, "/halfYear"),
        ({"agreementId": "agr_a", "halfYear": "2026-H2", "drawnUpBy": "811228-9874"}, "/drawnUpBy"),
        ({"agreementId": "agr_a", "halfYear": "2026-H2", "amountOre": 1}, "/amountOre"),
    ],
)
def test_what_cannot_be_drawn_up_is_told_where(
    client: TestClient, world: World, body: dict[str, Any], pointer: str
) -> None:
    refused = client.post("/v1/statements", headers=world.by("coordinator"), json=body)
    assert refused.status_code == 422, refused.text
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]


def test_nothing_to_correct_and_a_half_year_that_has_not_begun_are_conflicts(client: TestClient, world: World) -> None:
    by = world.by("coordinator")
    for half_year, told in (("2026-H2", "nothing to correct"), ("2199-H2", "has not begun")):
        refused = client.post("/v1/statements", headers=by, json={"agreementId": "agr_a", "halfYear": half_year})
        assert refused.status_code == 409, refused.text
        assert told in refused.json()["detail"]


def test_a_whole_half_year_is_settled_in_one_call(client: TestClient, world: World) -> None:
    settled = client.post("/v1/settlements", headers=world.by("coordinator"), json={"halfYear": "2026-H2"}).json()
    assert settled == {
        "halfYear": "2026-H2",
        "statements": 1,
        "corrections": 1,
        "unchanged": 1,
        "plannedWeeks": 1,
        "doneWeeks": 0,
        "sums": [{"currency": "SEK", "amountOre": 0}],
        "withoutAgreementWeeks": 0,
    }


@pytest.mark.parametrize(
    ("query", "heads"),
    [
        ("", ["halfYear", "number", "institution"]),
        ("&headings=sv", ["Halvår", "Nummer", "Lärosäte"]),
        ("&headings=en", ["Half-year", "Number", "Institution"]),
    ],
)
def test_lines_are_taken_out_as_csv_and_xlsx_and_no_cell_is_a_formula(
    client: TestClient, world: World, store: Session, correction: dict[str, Any], query: str, heads: list[str]
) -> None:
    store.get_one(Unit, "unt_a").name = "=HYPERLINK(1)"
    store.commit()
    one = f"/v1/statements/{correction['id']}/sheet"
    text = client.get(f"{one}?format=csv{query}", headers=world.by("institution")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:3] == heads
    assert rows[1][8] == "'=HYPERLINK(1)"
    assert (
        rows[1][11:14]
        == {
            "": ["-1", "unreported", "agreement"],
            "&headings=sv": ["-1", "inte rapporterade", "avtalet"],
            "&headings=en": ["-1", "not reported", "the agreement"],
        }[query]
    )
    assert [row[17:19] for row in rows[1:]] == [["0", "0"], ["98000", "980"]]
    book = load_workbook(io.BytesIO(client.get(f"{one}?{query}", headers=world.by("provider")).content))
    assert [cell.value for cell in book.worksheets[0][3]][17:19] == [98_000, 980]


def test_all_statements_are_taken_out_in_one_sheet(
    client: TestClient, world: World, correction: dict[str, Any]
) -> None:
    path = "/v1/statements/sheet?format=csv&halfYear=2026-H2"
    text = client.get(path, headers=world.by("provider")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["id"], row["amountOre"], row["state"]) for row in rows] == [
        ("stm_a", "0", "objected"),
        (correction["id"], "98000", "drawn-up"),
    ]
    swedish = client.get(f"{path}&headings=sv", headers=world.by("coordinator")).content.decode("utf-8-sig")
    assert "invänd mot" in swedish


@pytest.mark.parametrize(
    ("language", "title", "amount"),
    [
        ("sv", "Rättelse av avräkning juli–december 2026", "980,00 kr"),
        ("en", "Correction of a statement", "SEK 980.00"),
    ],
)
def test_a_statement_is_printed_in_both_languages(
    client: TestClient, world: World, correction: dict[str, Any], language: str, title: str, amount: str
) -> None:
    by = world.by("provider", **{"Accept-Language": language})
    page = client.get(f"/v1/statements/{correction['id']}/page", headers=by)
    html = page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert title in html
    assert amount in html
    assert correction["sha256"] in html
    assert page.headers["Content-Language"] == language
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    pdf = client.get(f"/v1/statements/{correction['id']}/pdf", headers=by)
    assert pdf.content.startswith(b"%PDF-")
    objected = client.get(f"{FIRST}/page", headers=world.by("provider", **{"Accept-Language": "sv"})).text
    assert "Veckan genomfördes." in objected


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"words": "En\x00vecka"}, "/words"),
        ({"words": "x" * 2_001}, "/words"),
        ({"sha256": "d" * 63}, "/sha256"),
        ({"verdict": "maybe"}, "/verdict"),
        ({"answeredBy": ""}, "/answeredBy"),
    ],
)
def test_an_answer_that_cannot_be_stored_is_refused_where_it_is_wrong(
    client: TestClient, world: World, wrong: dict[str, str], pointer: str
) -> None:
    body = {"verdict": "objected", "sha256": "d" * 64, "words": "En vecka\nsaknas.", **wrong}
    refused = client.post(f"{FIRST}/answers", headers=world.by("institution"), json=body)
    assert refused.status_code == 422, refused.text
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]


def test_one_statement_is_shown_and_its_objection(client: TestClient, world: World) -> None:
    shown = client.get(FIRST, headers=world.by("institution")).json()
    assert (shown["state"], shown["unreportedWeeks"], shown["answers"][0]["words"]) == (
        *("objected", 1, "Veckan genomfördes."),
    )


def test_the_alf_report_and_its_sheet(client: TestClient, world: World) -> None:
    given = {"profession": "sjuksköterska", "providerKind": "municipality", "validFrom": "2026-01-01"}
    made = client.post("/v1/alf-professions", headers=world.by("coordinator"), json=given)
    assert (made.status_code, made.json()["profession"]) == (201, "nurse")
    report = client.get("/v1/alf-report?halfYear=2026-H2", headers=world.by("institution")).json()
    assert (report["plannedWeeks"], report["doneWeeks"]) == (1, 0)
    assert [(each["unitName"], each["plannedWeeks"]) for each in report["units"]] == [("Tallgården", 1)]
    assert [(each["programmeTerm"], each["plannedWeeks"]) for each in report["programmeTerms"]] == [(None, 1)]
    path = "/v1/alf-report/sheet?halfYear=2026-H2&format=csv&headings=sv"
    text = client.get(path, headers=world.by("provider")).content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Halvår,Enhetens id,Enhet,Universitetssjukvård")
    assert ",Tallgården,nej," in text
    assert client.get("/v1/alf-report", headers=world.by("provider")).status_code == 422


def test_an_alf_profession_gets_a_last_day_and_one_added_by_mistake_is_removed(
    client: TestClient, world: World
) -> None:
    by = world.by("coordinator", **{"If-Match": '"1"'})
    ended = client.patch("/v1/alf-professions/alf_a", headers=by, json={"validTo": "2029-12-31"})
    assert (ended.status_code, ended.json()["version"]) == (200, 2)
    assert client.delete("/v1/alf-professions/alf_a", headers=by).status_code == 412
    shown = client.get("/v1/alf-professions/alf_a", headers=world.by("provider"))
    assert shown.json()["validTo"] == "2029-12-31"
    removing = world.by("coordinator", **{"If-Match": shown.headers["ETag"]})
    assert client.delete("/v1/alf-professions/alf_a", headers=removing).status_code == 204
    left = client.get("/v1/alf-professions", headers=world.by("institution")).json()
    assert [row["profession"] for row in left["items"]] == ["physician", "speech_therapist"]
