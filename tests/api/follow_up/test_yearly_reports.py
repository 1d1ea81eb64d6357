"""The yearly report over HTTP, of the county and of a municipality: as data, as a page and as PDF."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from placement.callers import Role
from placement.tables import OrganisationKind
from placement_api.printing import PAGE_HEADERS
from tests.api.follow_up.conftest import Followed
from tests.api.follow_up.pages import Heard
from tests.effort import draws
from tests.placement.printed.reading import policy_of

REPORTS = "/v1/yearly-reports"
COUNTY = f"{REPORTS}/2027.county"
SECTIONS = [
    "key-figures",
    "student-weeks",
    "municipalities",
    "agreements",
    "supervisors",
    "education-levels",
    "surveys",
    "next-steps",
    "definitions",
]


def section(report: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in report["sections"] if each["key"] == key)
    return found


def table(report: dict[str, Any], key: str, number: int = 0) -> list[dict[str, Any]]:
    """Return a table's rows by their columns."""
    shown = section(report, key)["tables"][number]
    heads = [column["name"] for column in shown["columns"]]
    return [dict(zip(heads, row, strict=True)) for row in shown["rows"]]


def test_the_countys_report_is_open_to_all_and_a_municipalitys_to_those_it_concerns(followed: Followed) -> None:
    city, other = followed.named("Stockholms stad"), followed.named("Solna stad")
    cku, ours = followed.by(Role.COORDINATOR), followed.by(Role.PROVIDER, city)
    everything = [row["id"] for row in cku.all(REPORTS)]
    assert (everything[0], len(everything)) == ("2027.county", 27)
    assert [row["id"] for row in ours.all(REPORTS)] == ["2027.county", f"2027.{city}"]
    assert [row["id"] for row in followed.by(Role.AUDITOR).all(REPORTS)] == ["2027.county"]
    assert followed.by(Role.AUDITOR).get(COUNTY)["municipalityId"] is None
    assert ours.get(f"{REPORTS}/2027.{city}")["name"] == "Stockholm Municipality"
    for party, report in ((ours, other), (followed.by(Role.AUDITOR), city), (cku, "org_none"), (cku, "")):
        party.ask("GET", f"{REPORTS}/2027.{report}", 404)
    for report in ("2026.county", "county", "2027", "99999999.county", "x.county"):
        cku.ask("GET", f"{REPORTS}/{report}", 404)
    assert cku.all(f"{REPORTS}?year=2026") == []


def test_a_larosate_reads_the_reports_of_the_municipalities_that_it_has_agreements_with(followed: Followed) -> None:
    cku = followed.by(Role.COORDINATOR)
    for institution in followed.organisations(OrganisationKind.INSTITUTION):
        party = followed.by(Role.INSTITUTION, institution)
        signed = {row["providerId"] for row in cku.all(f"/v1/agreements?institutionId={institution}")}
        readable = {row["municipalityId"] for row in party.all(REPORTS)} - {None}
        assert readable == signed & {row["municipalityId"] for row in cku.all(REPORTS)}


def test_every_number_of_the_countys_report_is_that_of_the_figures(followed: Followed) -> None:
    cku = followed.by(Role.COORDINATOR)
    report = cku.get(COUNTY)
    assert [each["key"] for each in report["sections"]] == SECTIONS
    assert (report["year"], report["terms"]) == (2027, ["VT2027", "HT2027"])
    (row,) = cku.all("/v1/follow-up/figures?year=2027")
    shown = {each["Figure"]: (each["Part"], each["Whole"], each["2027"]) for each in table(report, "key-figures")}
    assert shown == {each["name"]: (each["numerator"], each["denominator"], each["share"]) for each in row["figures"]}
    offered = table(report, "student-weeks")
    assert [each["Term"] for each in offered] == ["VT2027", "HT2027"]
    unused = next(each for each in row["figures"] if each["indicator"] == "unused-weeks")
    assert sum(each["Not used"] for each in offered) == unused["numerator"]
    assert sum(each["Offered"] for each in offered) == unused["denominator"]
    by_profession = table(report, "student-weeks", 1)
    assert sum(each["Sum"] for each in by_profession) == row["studentWeeks"]
    for each in by_profession:
        assert each["Sum"] == sum(value for name, value in each.items() if name not in {"Profession", "Sum"})


def test_the_countys_report_compares_its_municipalities_as_their_own_figures_do(followed: Followed) -> None:
    cku = followed.by(Role.COORDINATOR)
    report = cku.get(COUNTY)
    weeks = {row["name"]: row["studentWeeks"] for row in cku.all("/v1/follow-up/figures?grouping=provider&year=2027")}
    rows = table(report, "municipalities")
    assert len(rows) == 26
    assert {row["Municipality"]: row["Student-weeks 2027"] for row in rows} == {
        row["Municipality"]: weeks.get(row["Municipality"], 0) for row in rows
    }
    assert {row["Student-weeks 2026"] for row in rows} == {None}
    people = cku.get("/v1/municipalities/0180")["population"]
    city = next(row for row in rows if row["Municipality"] == "Stockholm Municipality")
    per = 10_000 * city["Student-weeks 2027"] / people
    assert city["Student-weeks per 10,000 inhabitants"] == round(per, 1)


def test_agreements_are_told_by_what_was_given_against_floor_and_ceiling(followed: Followed) -> None:
    cku, city = followed.by(Role.COORDINATOR), followed.named("Stockholms stad")
    terms = cku.all("/v1/terms")
    given: dict[str, int] = {}
    floors: dict[str, int] = {}
    for term in terms:
        for row in cku.all(f"/v1/terms/{term['id']}/agreement-balances?providerId={city}"):
            name = row["institutionName"]
            given[name] = given.get(name, 0) + row["inForce"] + row["completed"]
            floors[name] = floors.get(name, 0) + row["minStudentWeeks"]
    rows = table(cku.get(f"{REPORTS}/2027.{city}"), "agreements")
    assert {row["Lärosäte"]: (row["Student-weeks"], row["Floor"]) for row in rows} == {
        name: (given[name], floors[name]) for name in given
    }
    for row in rows:
        missed = row["Student-weeks"] < row["Floor"]
        assert (row["Outcome"] == "floor not reached") is missed
    whole = {row["Lärosäte"]: row for row in table(cku.get(COUNTY), "agreements")}
    municipal = {row["id"] for row in cku.all("/v1/organisations?providerKind=municipality")}
    agreements = [row for row in cku.all("/v1/agreements") if row["providerId"] in municipal]
    assert sum(row["Agreements"] for row in whole.values()) == len(agreements)
    noticed = sum(row["noticeGivenOn"] is not None for row in agreements)
    assert sum(row["Under notice"] for row in whole.values()) == noticed


def test_supervisors_and_levels_are_counted_as_in_the_gap_reports(followed: Followed) -> None:
    cku = followed.by(Role.COORDINATOR)
    report = cku.get(COUNTY)
    gaps = cku.all("/v1/gap-reports/trainings?grouping=profession")
    rows = table(report, "supervisors")
    assert sum(row["Sum"] for row in rows) == sum(gap["supervisors"] for gap in gaps)
    assert sum(row["course of 7.5 credits"] for row in rows) == sum(gap["atLevel"]["aka-course"] for gap in gaps)
    counts = cku.get("/v1/gap-reports/education-level-counts")
    sentence = section(report, "education-levels")["sentences"][0]
    assert sentence.startswith(f"{counts['meetingAll']} of {counts['units']} units")
    assert [row["Met"] for row in table(report, "education-levels")] == [each["met"] for each in counts["levels"]][:8]


def test_what_to_do_next_is_said_where_there_is_something_to_do(followed: Followed) -> None:
    cku, city = followed.by(Role.COORDINATOR), followed.named("Stockholms stad")
    left = {row["Municipality"]: row for row in table(cku.get(COUNTY), "next-steps")}
    points = section(cku.get(f"{REPORTS}/2027.{city}"), "next-steps")["points"]
    own = left["Stockholm Municipality"]
    assert any(point.endswith(f"Place-weeks: {own['Place-weeks not used']}.") for point in points)
    assert len(points) == sum(bool(value) for name, value in own.items() if name != "Municipality")
    silent = followed.named("Nykvarns kommun")
    assert left["Nykvarn Municipality"]["Units without an answer"] > 0
    advice = section(cku.get(f"{REPORTS}/2027.{silent}"), "next-steps")["points"]
    assert any(point.startswith("Answer the request for places") for point in advice)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_can_be_read_by_everyone_and_runs_nothing(followed: Followed, language: str) -> None:
    city = followed.named("Stockholms stad")
    for report in ("county", city):
        answer = followed.by(Role.COORDINATOR).ask("GET", f"{REPORTS}/2027.{report}/page?language={language}", 200)
        heard = Heard(answer.text)
        assert heard.faults == []
        assert heard.language == answer.headers["Content-Language"] == language
        assert heard.title == heard.headings[0][1]
        assert len(heard.pictures) >= 4
        captions = [str(each["caption"]) for each in heard.tables]
        assert all(any(picture.startswith(caption) for caption in captions) for picture in heard.pictures)
        assert policy_of(answer.text) in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Security-Policy"] == PAGE_HEADERS["Content-Security-Policy"]


def test_the_page_says_the_same_as_the_data(followed: Followed) -> None:
    cku = followed.by(Role.COORDINATOR)
    page = cku.ask("GET", f"{COUNTY}/page", 200, None, **{"Accept-Language": "sv", "Accept": "text/html"}).text
    report = cku.ask("GET", COUNTY, 200, None, **{"Accept-Language": "sv"}).json()
    heard = Heard(page)
    assert [text for level, text in heard.headings if level == 2] == [each["title"] for each in report["sections"]]
    assert [table["caption"] for table in heard.tables] == [
        each["caption"] for one in report["sections"] for each in one["tables"]
    ]
    assert [table["rows"] for table in heard.tables] == [
        len(each["rows"]) for one in report["sections"] for each in one["tables"]
    ]


@draws(1, "languages")
@pytest.mark.parametrize(("language", "title"), [("sv", "Uppföljning av VFU 2027"), ("en", "Follow-up of clinical")])
def test_the_pdf_is_tagged_and_has_its_charts_language_and_title(followed: Followed, language: str, title: str) -> None:
    cku = followed.by(Role.COORDINATOR)
    answer = cku.ask("GET", f"{COUNTY}/pdf?language={language}", 200, Accept="application/pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="uppfoljning-2027.county-{language}.pdf"'
    read = PdfReader(io.BytesIO(answer.content))
    assert str(read.root_object["/Lang"]) == language
    assert str(read.root_object["/MarkInfo"]) == "{'/Marked': True}"
    assert read.metadata is not None
    assert str(read.metadata.title).startswith(title)
    text = "".join(page.extract_text() for page in read.pages)
    assert "Stockholm" in text
    drawn = b"".join(content.get_data() for page in read.pages if (content := page.get_contents()) is not None)
    for colour in (b"0.043137 0.309804 0.360784 rg", b"0.560784 0.721569 0.752941 rg"):
        assert drawn.count(colour) > 5, "bars have the colours of their series"


def test_a_report_is_asked_for_in_a_language_that_there_is(followed: Followed) -> None:
    followed.by(Role.COORDINATOR).ask("GET", f"{COUNTY}/page?language=fi", 422)
    followed.by(Role.COORDINATOR).ask("GET", f"{COUNTY}/pdf", 406, Accept="image/png")
