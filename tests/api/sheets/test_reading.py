"""A municipality's own sheets over HTTP: what has one meaning is read and told, the rest is refused with its cell."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook

from placement.sheets.values import NOT_PLACES
from placement_api.media_types import CSV, FILES, ODS, XLS, XLSX
from tests.api.sheeting import WHO_KEEPS, Desk, faults, outcome
from tests.api.world import World

OFFERS = "capacity-offers"


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def workbook(*rows: tuple[object, ...], title: str = "Platser") -> bytes:
    book = Workbook()
    page = book.create_sheet(title, 0)
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def places(desk: Desk, offer: str = "off_a") -> dict[str, int]:
    return {week["week"]: week["places"] for week in desk.found(f"/v1/{OFFERS}/{offer}")["weeks"]}


def test_weeks_without_a_column_stay_as_they_are_and_the_answer_tells_places_before_and_after(provider: Desk) -> None:
    before = places(provider)
    content = csv("id;2027-W01", "off_a;3")
    for query in ("?dryRun=true", ""):
        answer = provider.hand_in(OFFERS, content, CSV, query)
        assert outcome(answer) == (0, 1, 0)
        (told,) = answer.json()["places"]
        assert (told["unitName"], told["before"], told["after"]) == (
            "Tallgården",
            sum(before.values()),
            sum({**before, "2027-W01": 3}.values()),
        )
        assert told["weeks"] == [{"week": "2027-W01", "before": before.get("2027-W01"), "after": 3}]
    assert places(provider) == {**before, "2027-W01": 3}


def test_an_empty_cell_under_a_week_takes_its_places_away_and_what_falls_is_told_first(provider: Desk) -> None:
    provider.hand_in(OFFERS, csv("id;2026-W53;2027-W01", "off_a;3;4"), CSV)
    rows = [
        {"unitId": "unt_free", "termId": "VT2027", "professions": "nurse", "status": "answered", "2026-W53": "9"},
        {"id": "off_a", "2026-W53": "", "2027-W01": "2"},
    ]
    answer = provider.hand_in_table(OFFERS, rows)
    assert answer.status_code == 200, answer.text
    told = answer.json()["places"]
    assert [place["unitId"] for place in told] == ["unt_a", "unt_free"]
    assert told[0]["weeks"] == [
        {"week": "2026-W53", "before": 3, "after": None},
        {"week": "2027-W01", "before": 4, "after": 2},
    ]
    assert places(provider)["2027-W01"] == 2
    assert "2026-W53" not in places(provider)


def test_the_same_care_is_taken_of_json(provider: Desk, client: TestClient, world: World) -> None:
    address = f"/v1/{OFFERS}/off_a"
    provider.hand_in(OFFERS, csv("id;2026-W53;2027-W01", "off_a;3;4"), CSV)

    def send(method: str, body: dict[str, Any]) -> None:
        version = provider.found(address)["version"]
        answer = client.request(
            method, address, json=body, headers=world.by("provider", **{"If-Match": f'"{version}"'})
        )
        assert answer.status_code == 200, answer.text

    send("PATCH", {"weeks": [{"week": "2027-W01", "places": 1}]})
    assert places(provider)["2026-W53"] == 3
    send("PATCH", {"weeks": [{"week": "2026-W53", "places": None}]})
    assert "2026-W53" not in places(provider)
    shown = provider.found(address)
    whole = {name: shown[name] for name in ("termId", "unitId", "professions", "institutions", "status")}
    send("PUT", {**whole, "weeks": [{"week": "2027-W02", "places": 7}]})
    assert places(provider) == {"2027-W02": 7}


def test_a_wide_sheet_in_swedish_is_read_by_name_without_status_or_year(provider: Desk) -> None:
    content = csv(
        "VFU-platser;;;;",
        "Enhet;Yrke;v. 53;vecka 1;Kommentar",
        "tallgården;Sjuksköterska;2;3;ring Anna",
    ).decode()
    answer = provider.hand_in(OFFERS, content.encode("cp1252"), "text/plain", "?termId=VT2027&dryRun=true")
    told = answer.json()
    assert outcome(answer)[0] + outcome(answer)[1] == 1
    assert told["read"] == {
        "form": "csv",
        "sheet": None,
        "headingRow": 2,
        "rows": 1,
        "encoding": "windows-1252",
        "separator": ";",
        "ignoredColumns": ["Kommentar"],
        "assumptions": ["The encoding is assumed to be windows-1252."],
    }


def test_a_row_without_a_status_is_read_as_what_it_can_only_mean_and_the_answer_says_so(provider: Desk) -> None:
    rows = [
        {"Enhet": "unt_free", "Termin": "VT2027", "Yrke": "läkare", "v. 53": "2"},
        {"Enhet": "unt_free", "Termin": "VT2027", "Yrke": "barnmorska", "v. 53": ""},
    ]
    answer = provider.hand_in_table(OFFERS, rows)
    assert outcome(answer) == (2, 0, 0)
    assert answer.json()["assumptions"] == [
        "A row without a status but with places is read as answered. (1)",
        "A row without a status and without places is read as not answered yet. (1)",
    ]
    stored = {row["professions"]: row["status"] for row in provider.table(OFFERS) if row["unitId"] == "unt_free"}
    assert stored == {"physician": "answered", "midwife": "unanswered"}


@pytest.mark.parametrize("media", FILES)
def test_a_file_is_read_by_what_it_is_under_whatever_type_it_is_sent(provider: Desk, media: str) -> None:
    for content in (csv("id,2027-W01", "off_a,3"), workbook(("id", "2027-W01"), ("off_a", 3))):
        assert provider.hand_in(OFFERS, content, media, "?dryRun=true").status_code == 200


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_word_about_a_file_is_in_the_callers_language(client: TestClient, world: World, language: str) -> None:
    headers = world.by("provider", **{"Content-Type": CSV, "Accept-Language": language})
    content = csv("id;2027-W01;Yrken;v. 60", "off_a;många;nurce;1")
    answer = client.post(f"/v1/{OFFERS}/imports", content=content, headers=headers).json()
    assert [fault["detail"] for fault in answer["errors"]] == [
        "det finns ingen vecka 60" if language == "sv" else "there is no week 60"
    ]
    content = csv("id;2027-W01;Yrken", "off_a;många;nurce")
    answer = client.post(f"/v1/{OFFERS}/imports", content=content, headers=headers).json()
    told = {fault["column"]: fault["detail"] for fault in answer["errors"]}
    assert told["2027-W01"] == (NOT_PLACES.sv if language == "sv" else NOT_PLACES.en)
    assert answer["errors"][0]["cell"] == "B2"


def test_faults_come_back_as_the_same_workbook_with_the_cells_coloured_and_commented(provider: Desk) -> None:
    content = workbook(
        ("Plan", None), ("id", "2027-W01", "Yrken"), ("off_a", "många", "nurse"), ("off_none", 1, "nurse")
    )
    answer = provider.hand_in(OFFERS, content, XLSX, "?faultsAs=xlsx")
    assert (answer.status_code, answer.headers["content-type"]) == (422, XLSX)
    page = load_workbook(io.BytesIO(answer.content))["Platser"]
    marked = {cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment}
    assert marked == {"B3": NOT_PLACES.en, "A4": "there is no such offer"}
    assert page["B3"].fill.fgColor.rgb == "00FFC7CE"
    assert page["A1"].value == "Plan"


def test_faults_of_a_file_of_another_form_come_back_as_a_workbook_too(provider: Desk) -> None:
    content = csv("unitId;termId;professions;status", "unt_free;VT2027;;answered", "unt_a;;=nurse;")
    answer = provider.hand_in(OFFERS, content, CSV, "?faultsAs=xlsx")
    page = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    marked = {cell.coordinate for row in page.iter_rows() for cell in row if cell.comment}
    assert marked == {"C2", "B3", "D3"}
    assert page["C3"].value == "=nurse"
    assert page["C3"].data_type == "s"


@pytest.mark.parametrize(
    ("heads", "cell", "told"),
    [
        (("id", "2027-W01", "Vikt"), "C2", "there is no such column"),
        (("Färg", "Vikt"), "A1", "no row of the file has the list's headings"),
    ],
)
def test_headings_that_are_unknown_come_back_marked_too(
    provider: Desk, heads: tuple[str, ...], cell: str, told: str
) -> None:
    content = workbook(("Plan", None), heads, ("off_a", 2))
    answer = provider.hand_in(OFFERS, content, XLSX, "?faultsAs=xlsx")
    assert (answer.status_code, answer.headers["content-type"]) == (422, XLSX)
    page = load_workbook(io.BytesIO(answer.content))["Platser"]
    marked = {each.coordinate: each.comment.text for row in page.iter_rows() for each in row if each.comment}
    assert told in marked[cell]
    assert provider.hand_in(OFFERS, content, XLSX).headers["content-type"].endswith("json")


def test_a_templates_example_is_read_only_if_somebody_has_written_over_it(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "coordinator")
    book = load_workbook(io.BytesIO(desk.file("travel-times", "xlsx", "&template=true&headings=sv").content))
    page = book.worksheets[0]
    page.append(["norr", "söder", 30])
    out = io.BytesIO()
    book.save(out)
    answer = desk.hand_in("travel-times", out.getvalue(), XLSX)
    assert outcome(answer) == (1, 0, 0)
    assert "Row 2 is the template's example and has not been read." in answer.json()["read"]["assumptions"]
    page["C2"] = 46
    book.save(out := io.BytesIO())
    assert outcome(desk.hand_in("travel-times", out.getvalue(), XLSX)) == (1, 0, 1)
    page["C2"] = -5
    book.save(out := io.BytesIO())
    assert [fault[:3] for fault in faults(desk.hand_in("travel-times", out.getvalue(), XLSX))] == [(2, "Minuter", "-5")]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/styles.xml", b"<fills", b'<fonts><font><color rgb="zzz"/></font></fonts><fills'),
        (
            "xl/worksheets/sheet1.xml",
            b"</sheetData>",
            b'</sheetData><dataValidations><dataValidation type="zzz" sqref="A1"/></dataValidations>',
        ),
        (
            "xl/worksheets/sheet1.xml",
            b"</sheetData>",
            b'</sheetData><conditionalFormatting sqref="A1"><cfRule type="zzz" priority="1"/></conditionalFormatting>',
        ),
        ("xl/worksheets/sheet1.xml", b"<v>7</v>", b"<v>NaN</v>"),
        ("xl/workbook.xml", b'name="Platser"', b'name="Plats/er: [2027] och mycket mer som inte ryms"'),
    ],
)
def test_faults_of_a_workbook_that_cannot_be_kept_come_back_with_its_cells(
    provider: Desk, part: str, old: bytes, new: bytes
) -> None:
    out = io.BytesIO()
    good = workbook(("id", "2027-W01", "2027-W02"), ("off_none", "många", 7))
    with zipfile.ZipFile(io.BytesIO(good)) as kept, zipfile.ZipFile(out, "w") as changed:
        for name in kept.namelist():
            content = kept.read(name)
            assert name != part or old in content
            changed.writestr(name, content.replace(old, new) if name == part else content)
    answer = provider.hand_in(OFFERS, out.getvalue(), XLSX, "?faultsAs=xlsx")
    assert (answer.status_code, answer.headers["content-type"]) == (422, XLSX)
    page = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert "B2" in {cell.coordinate for row in page.iter_rows() for cell in row if cell.comment}
    assert page["B2"].value == "många"


@pytest.mark.parametrize("charset", ["undefined", "idna", "hex", "klingon", "utf-16", ""])
def test_any_declared_encoding_gives_an_answer(provider: Desk, charset: str) -> None:
    content = csv("id;2027-W01", "off_a;3")
    assert provider.hand_in(OFFERS, content, f"{CSV}; charset={charset}", "?dryRun=true").status_code == 200


@pytest.mark.parametrize(("code", "status"), [("General", 200), ('0 "platser"', 200), ('0"0"', 422), (";;;", 422)])
def test_places_that_are_shown_as_other_ones_are_refused(provider: Desk, code: str, status: int) -> None:
    book = load_workbook(io.BytesIO(workbook(("id", "2027-W01"), ("off_a", 2))))
    book.worksheets[0]["B2"].number_format = code
    out = io.BytesIO()
    book.save(out)
    answer = provider.hand_in(OFFERS, out.getvalue(), XLSX, "?dryRun=true")
    assert answer.status_code == status
    assert [fault["cell"] for fault in answer.json().get("errors", ())] == ["B2"] * (status != 200)


def test_a_time_of_day_is_told_in_words_that_fit_any_column(provider: Desk) -> None:
    content = workbook(("id", "2027-W01"), ("off_a", dt.time(12)))
    (told,) = provider.hand_in(OFFERS, content, XLSX).json()["errors"]
    assert (told["cell"], told["detail"]) == ("B2", "the cell holds a time of day (12:00)")


def test_faults_of_json_rows_come_back_as_json_whatever_is_asked(provider: Desk) -> None:
    answer = provider.hand_in_rows(OFFERS, [{"id": "off_none"}], "?faultsAs=xlsx")
    assert [column for _, column, _, _ in faults(answer)] == ["id"]


def test_an_empty_list_is_refused_in_every_form(provider: Desk) -> None:
    assert faults(provider.hand_in(OFFERS, csv("unitId;termId"), CSV))[0][3] == "there are no rows below the headings"
    assert faults(provider.hand_in(OFFERS, b"", CSV))[0][3] == "the file is empty"
    assert provider.hand_in_rows(OFFERS, []).status_code == 422


def test_a_days_every_way_of_writing_is_read_where_it_has_one_meaning(provider: Desk) -> None:
    rows = [
        {
            "Enhet": "unt_a",
            "Eget id": f"h-{place}",
            "Yrke": "sjuksköterska",
            "Utbildning": "Handledning",
            "hp": "7,5",
            "Utbildning genomförd": text,
        }
        for place, text in enumerate(("31/5 2024", "20240531", "31 maj 2024", "2024-05-31"))
    ]
    assert outcome(provider.hand_in_table("supervisors", rows)) == (4, 0, 0)
    trained = [row for row in provider.table("supervisors") if row["externalId"].startswith("h-")]
    assert {row["training1CompletedOn"] for row in trained} == {"2024-05-31"}
    wrong = provider.hand_in_table("supervisors", [{**rows[0], "Utbildning genomförd": "5/6/27"}])
    assert [(fault["cell"], fault["detail"]) for fault in wrong.json()["errors"]] == [
        ("F2", "one cannot tell which day is meant: write the day as 2024-05-31")
    ]


@pytest.mark.parametrize(("code", "shown"), [("0000000", "0000123"), ("#0000000", "0000123"), ("000 0000", "000 0123")])
def test_an_id_keeps_the_zeros_that_its_cell_shows(institution: Desk, code: str, shown: str) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.append(["cohortId", "externalId", "lat", "lon"])
    page.append(["coh_a", 123, 59.27, 18.03])
    page["B2"].number_format = code
    out = io.BytesIO()
    book.save(out)
    assert outcome(institution.hand_in("students", out.getvalue(), XLSX)) == (1, 0, 0)
    assert shown in {row["externalId"] for row in institution.table("students")}


@pytest.mark.parametrize("listed", WHO_KEEPS)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_sheet_in_words_comes_out_and_goes_in_again_and_changes_nothing(
    client: TestClient, world: World, listed: str, language: str
) -> None:
    for role in WHO_KEEPS[listed]:
        desk = Desk(client, world, role)
        rows = len(desk.table(listed))
        for form, media in (("csv", CSV), ("xlsx", XLSX)):
            content = desk.file(listed, form, f"&headings={language}").content
            assert outcome(desk.hand_in(listed, content, media)) == (0, 0, rows)
        cells = {cell for row in desk.table(listed, f"&headings={language}") for cell in row.values()}
        assert not cells & ({"true", "false", "none"} if language == "sv" else {"true", "false"})


def test_a_courses_windows_and_an_agreements_volumes_have_a_row_for_each_term(client: TestClient, world: World) -> None:
    coordinator = Desk(client, world, "coordinator")
    course = {"programmeId": "1SJ24", "code": "1NY001", "name": "Ny", "weeks": "2", "kinds": "hemsjukvård"}
    rows = [
        {**course, "termId": "VT2027", "starts": "v. 1; v. 2"},
        {**course, "termId": "HT2027", "starts": "2027-W35"},
    ]
    assert outcome(coordinator.hand_in_table("courses", rows)) == (1, 1, 0)
    stored = [row for row in coordinator.table("courses") if row["code"] == "1NY001"]
    of_a_term = coordinator.table("courses", "&termId=trm_a")
    assert {row["termId"] for row in of_a_term} == {"VT2027"}
    assert [(row["termId"], row["starts"]) for row in stored] == [
        ("VT2027", "2027-W01, 2027-W02"),
        ("HT2027", "2027-W35"),
    ]
    again = faults(coordinator.hand_in_table("courses", [rows[0], rows[0]]))
    assert [column for _, column, _, _ in again] == ["code"]
    party = {"institutionId": "org_b", "providerId": "org_city", "validFrom": "2001-01-01", "validTo": "2001-12-31"}
    signed = [{**party, "termId": term, "maxStudentWeeks": most} for term, most in (("VT2027", "40"), ("HT2027", "50"))]
    assert coordinator.hand_in_table("agreements", signed).status_code == 200
    volumes = [row for row in coordinator.table("agreements") if row["validFrom"] == "2001-01-01"]
    assert {(row["termId"], row["maxStudentWeeks"]) for row in volumes} == {("VT2027", "40"), ("HT2027", "50")}
    twice = faults(coordinator.hand_in_table("agreements", [signed[0], signed[0]]))
    assert [column for _, column, _, _ in twice] == ["providerId"]
    assert outcome(coordinator.hand_in_table("agreements", [{**party, "termId": "", "maxStudentWeeks": ""}])) == (
        0,
        0,
        1,
    )


def test_a_journey_is_named_once(client: TestClient, world: World) -> None:
    coordinator = Desk(client, world, "coordinator")
    row = {"Från": "norr", "Till": "ekerö", "Minuter": "40"}
    assert [column for _, column, _, _ in faults(coordinator.hand_in_table("travel-times", [row, row]))] == ["Till"]
    assert outcome(coordinator.hand_in_table("travel-times", [row])) == (1, 0, 0)
    assert outcome(coordinator.hand_in_table("travel-times", [{**row, "Minuter": "45"}])) == (0, 1, 0)


@pytest.mark.parametrize("listed", [*WHO_KEEPS, "placements"])
def test_a_template_has_headings_choices_and_an_example_and_its_headings_are_read(
    client: TestClient, world: World, listed: str
) -> None:
    desk = Desk(client, world, "coordinator")
    answer = client.get(f"/v1/{listed}/sheet?template=true&headings=sv", headers=world.by("coordinator"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
    page = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    heads, example = ([cell.value for cell in row] for row in page.iter_rows(max_row=2))
    assert all(heads)
    assert any(example)
    told = desk.hand_in(listed, answer.content, XLSX).json()
    assert told["errors"][0]["detail"] == "row 2 is the template's example, and there are no other rows"


@pytest.mark.parametrize("listed", [*WHO_KEEPS, "placements"])
def test_a_template_explains_every_column_in_one_language(client: TestClient, world: World, listed: str) -> None:
    said = []
    for language in ("sv", "en"):
        query = f"template=true&headings={language}"
        answer = client.get(f"/v1/{listed}/sheet?{query}", headers=world.by("coordinator"))
        cells = load_workbook(io.BytesIO(answer.content)).worksheets[0][1]
        assert [cell.value for cell in cells if cell.comment is None and not re.search("-W|#", str(cell.value))] == []
        said.append([cell.comment.text for cell in cells if cell.comment])
    assert all(swedish != english for swedish, english in zip(*said, strict=True))


def test_a_template_offers_the_words_that_a_cell_may_hold(client: TestClient, world: World) -> None:
    query = "template=true&headings=sv&termId=VT2027"
    answer = client.get(f"/v1/{OFFERS}/sheet?{query}", headers=world.by("provider"))
    book = load_workbook(io.BytesIO(answer.content))
    page, guide, lists = book.worksheets
    heads = [cell.value for cell in page[1]]
    assert (heads[0], heads[1]) == ("Enhet", "Termin")
    assert "2026-W53" in heads
    words = {cell.value for row in lists.iter_rows() for cell in row if cell.value}
    assert {"sjuksköterska", "VT2027", "Tallgården"} <= words
    assert "Granliden" not in words
    assert lists.sheet_state == "hidden"
    assert len(page.data_validations.dataValidation) >= 4
    assert str(guide["A1"].value) == "platserbjudanden"
    assert page["C2"].value == "sjuksköterska"
    english = client.get(f"/v1/{OFFERS}/sheet?template=true&termId=none", headers=world.by("provider"))
    assert english.status_code == 422


def test_what_is_told_of_forms_is_true(provider: Desk) -> None:
    assert {CSV, XLSX, XLS, ODS} < set(FILES)
    assert provider.hand_in(OFFERS, b"%PDF-1.4", XLSX).status_code == 422


def test_the_offers_of_two_terms_come_out_and_go_in_again_unchanged(provider: Desk) -> None:
    row = {"Enhet": "unt_free", "Termin": "HT2027", "Yrke": "nurse", "2027-W40": "2"}
    assert outcome(provider.hand_in_table(OFFERS, [row])) == (1, 0, 0)
    exported = provider.file(OFFERS, "csv").content
    assert outcome(provider.hand_in(OFFERS, exported, CSV)) == (0, 0, len(provider.table(OFFERS)))
    moved = [{**line, "2027-W01": "2"} for line in provider.table(OFFERS) if line["termId"] == "HT2027"]
    assert faults(provider.hand_in_table(OFFERS, moved)) == [
        (2, "2027-W01", "2027-W01", "the week lies outside the term")
    ]


@pytest.mark.parametrize("term", ["vt2027", "VT 2027", "vt-27", "Vårterminen  2027", "trm_a"])
def test_a_term_is_named_as_people_write_it_for_weeks_without_a_year_too(provider: Desk, term: str) -> None:
    row = {"Enhet": "unt_free", "Yrke": "nurse", "v. 5": "2"}
    assert outcome(provider.hand_in_table(OFFERS, [{**row, "Termin": term}], "?dryRun=true")) == (1, 0, 0)
    assert outcome(provider.hand_in_table(OFFERS, [row], f"?dryRun=true&termId={term}")) == (1, 0, 0)


def test_a_template_takes_a_term_in_small_letters(provider: Desk) -> None:
    assert provider.file(OFFERS, "xlsx", "&template=true&termId=vt2027").status_code == 200


def test_a_courses_columns_may_stand_in_any_order(institution: Desk) -> None:
    row = {"Program": "1SJ24", "Kod": "1NY001", "Namn": "Ny", "Veckor": "2", "Vårdslag": "hemsjukvård"}
    for last in ({"Startveckor": "v. 10", "Termin": "VT2027"}, {"Termin": "VT2027", "Startveckor": "v. 10"}):
        assert outcome(institution.hand_in_table("courses", [{**row, **last}], "?dryRun=true")) == (1, 0, 0)


def test_a_sum_below_the_rows_is_told_to_have_no_term_and_an_unknown_term_which_there_are(provider: Desk) -> None:
    heads = "Enhet;Termin;Yrke;v. 5"
    told = faults(provider.hand_in(OFFERS, csv(heads, "unt_free;VT2027;nurse;5", "Summa;;;5"), CSV))
    assert told == [
        (3, "Termin", None, "the row does not say its term: fill in the term"),
        (3, "Enhet", "Summa", "there is no such unit"),
    ]
    for week in ("v. 5", "2028-W05"):
        told = faults(
            provider.hand_in_table(OFFERS, [{"Enhet": "unt_free", "Termin": "VT2028", "Yrke": "nurse", week: 5}])
        )
        assert told == [(2, "Termin", "VT2028", "there is no such term, only HT2027, HT2031 and VT2027")]


def test_a_fault_of_weeks_has_a_cell_and_no_value_of_the_programs(provider: Desk) -> None:
    head = "Enhet;Termin;Yrke;Status;Skäl;v. 5;2027-W06"
    answer = provider.hand_in(OFFERS, csv(head, "unt_free;VT2027;nurse;declined;other;1;1"), CSV)
    (told,) = answer.json()["errors"]
    assert (told["detail"], told["cell"], told.get("value")) == ("only an answered offer has places", "F2", None)
    answer = provider.hand_in(OFFERS, csv("Enhet;Termin;Yrke;v. 5;2027-W05", "unt_free;VT2027;nurse;1;1"), CSV)
    (told,) = answer.json()["errors"]
    assert (told["cell"], told["value"]) == ("E2", "1")


def test_professions_are_read_as_they_are_shortened_and_several_are_separated_by_a_comma(provider: Desk) -> None:
    row = {"Enhet": "unt_free", "Termin": "VT2027", "v. 53": "2"}
    assert outcome(provider.hand_in_table(OFFERS, [{**row, "Yrken": "USK, läk"}], "?dryRun=true")) == (1, 0, 0)
    for text in ("sjuksköterska/läkare", "sjuksköterska och läkare"):
        assert faults(provider.hand_in_table(OFFERS, [{**row, "Yrken": text}]))[0][3] == (
            "there is no such profession: several are separated by a comma, as in nurse, physician"
        )
    supervisor = {"Enhet": "unt_a", "Eget id": "h-9", "Yrke": "sjuksköterska/läkare"}
    assert faults(provider.hand_in_table("supervisors", [supervisor]))[0][3] == (
        "there is no such profession: give only one of nurse, physician"
    )


@pytest.mark.parametrize(
    "town", ["Stockholm", "Stockholms stad", "stockholms kommun", "Stockholm kommun", "0180", "180"]
)
def test_a_municipality_is_found_by_what_it_is_called(provider: Desk, town: str) -> None:
    unit = {"Namn": "Ny", "Kommun": town, "Vårdslag": "vårdcentral", "Latitud": "59.3", "Longitud": "18.1"}
    assert outcome(provider.hand_in_table("units", [unit], "?dryRun=true")) == (1, 0, 0)


def test_a_unit_answers_yes_or_no(provider: Desk) -> None:
    row = {"Enhet": "unt_free", "Termin": "VT2027", "Yrken": "nurse", "v. 53": "2", "Status": "Ja"}
    assert outcome(provider.hand_in_table(OFFERS, [row], "?dryRun=true")) == (1, 0, 0)
    refused = {**row, "Status": "Nej", "v. 53": ""}
    assert faults(provider.hand_in_table(OFFERS, [refused]))[0][1] == "declineReason"
