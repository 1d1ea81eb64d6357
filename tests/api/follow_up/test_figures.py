"""Figures over HTTP: what they are, what they mean, who reads which, and that they are what the rows say."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from placement.callers import Role
from placement.follow_up.indicators import CATALOGUE
from placement.tables import OrganisationKind
from tests.api.follow_up.conftest import Followed, follow
from tests.api.follow_up.recount import Read, holders, is_told, recount
from tests.effort import SEED, fresh, has_long_form, tries

GROUPINGS = ("county", "institution", "programme", "provider", "unit")
FIGURES = "/v1/follow-up/figures"
SPRING, AUTUMN = "VT2027", "HT2027"


def read_all(followed: Followed) -> Read:
    institutions = followed.organisations(OrganisationKind.INSTITUTION)
    cku = followed.by(Role.COORDINATOR)
    return Read.of(cku, [followed.by(Role.INSTITUTION, each) for each in institutions])


def parts(row: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {each["indicator"]: (each["numerator"], each["denominator"]) for each in row["figures"]}


def hold_counts(followed: Followed, throws: Random, spans_at_most: int = 9) -> int:
    """Count every figure of every group again, for the year and each term, and return how many were compared."""
    read, cku, compared = read_all(followed), followed.by(Role.COORDINATOR), 0
    spans = {"year=2027": {*read.terms}, **{f"termId={term}": {term} for term in read.terms}}
    spans = dict(list(spans.items())[:spans_at_most])
    for query, terms in spans.items():
        for grouping in GROUPINGS:
            dense = throws.randrange(2, 6)
            rows = cku.all(f"{FIGURES}?grouping={grouping}&{query}&denseFrom={dense}")
            assert rows or grouping != "county"
            for row in throws.sample(rows, min(len(rows), 15)):
                shown, again = parts(row), recount(read, terms, grouping, row["id"], dense)
                assert shown == {name: again[name] for name in shown}, (row["name"], query)
                compared += len(shown)
    return compared


def test_every_figure_is_what_the_rows_of_the_api_say(followed: Followed) -> None:
    assert hold_counts(followed, Random(SEED)) > 1_000


@pytest.mark.no_cover
@has_long_form("1 drawn county", "12 drawn counties")
def test_every_figure_is_what_the_rows_of_drawn_counties_say(migrated_sqlite: Path, tmp_path: Path) -> None:
    for number in fresh(1, 12):
        with contextmanager(follow)(migrated_sqlite, tmp_path / f"{number}.sqlite3", number % 2**31) as drawn:
            hold_counts(drawn, Random(number), tries(1, 9))


def test_every_group_that_has_something_to_count_is_listed(followed: Followed) -> None:
    read, cku = read_all(followed), followed.by(Role.COORDINATOR)
    offering = [row for row in read.offers if row["status"] == "answered" and any(w["places"] for w in row["weeks"])]
    units = {row["unitId"] for row in (*read.placements, *offering)}
    assert {row["id"] for row in cku.all(f"{FIGURES}?grouping=unit&year=2027")} == units
    assert {row["id"] for row in cku.all(f"{FIGURES}?grouping=provider&year=2027")} == {
        each for unit in units for each in holders(read, unit)
    }
    assert {row["id"] for row in cku.all(f"{FIGURES}?grouping=programme&year=2027")} == {
        read.courses[row["courseId"]]["programmeId"] for row in read.requests
    }


def test_care_that_is_run_privately_counts_under_its_municipality_and_by_itself(followed: Followed) -> None:
    read, cku = read_all(followed), followed.by(Role.COORDINATOR)
    private = {
        name: row["fundedById"]
        for name, row in read.organisations.items()
        if row["fundedById"] and read.organisations[row["fundedById"]]["providerKind"] == "municipality"
    }
    rows = {row["id"]: row for row in cku.all(f"{FIGURES}?grouping=provider&year=2027")}
    both = [(name, funder) for name, funder in private.items() if name in rows]
    assert both
    for name, funder in both:
        assert 0 <= rows[name]["studentWeeks"] <= rows[funder]["studentWeeks"]


def test_without_a_year_the_latest_is_told_and_a_term_belongs_to_its_year(followed: Followed) -> None:
    cku = followed.by(Role.COORDINATOR)
    terms = {row["code"]: row["id"] for row in cku.all("/v1/terms")}
    (row,) = cku.all(FIGURES)
    assert (row["id"], row["year"], row["termId"], row["grouping"]) == ("county", 2027, None, "county")
    (spring,), (autumn,) = (cku.all(f"{FIGURES}?termId={terms[code]}&year=2027") for code in (SPRING, AUTUMN))
    assert row["placements"] == spring["placements"] + autumn["placements"]
    assert row["studentWeeks"] == spring["studentWeeks"] + autumn["studentWeeks"]
    assert cku.all(f"{FIGURES}?termId={terms[SPRING]}&year=2026") == []
    assert cku.all(f"{FIGURES}?year=2026") == []
    assert cku.all(f"{FIGURES}?grouping=unit&groupId=unt_none") == []


def test_a_term_that_is_not_there_is_a_fault_of_the_parameter(followed: Followed) -> None:
    refused = followed.by(Role.COORDINATOR).ask("GET", f"{FIGURES}?termId=trm_none", 422).json()
    assert [each["parameter"] for each in refused["errors"]] == ["termId"]
    for query in ("grouping=ward", "year=27", "denseFrom=0", "year=2027&colour=red"):
        followed.by(Role.COORDINATOR).ask("GET", f"{FIGURES}?{query}", 422)


def test_each_reads_of_its_own_groups_and_all_of_the_county(followed: Followed) -> None:
    read = read_all(followed)
    (institution, *_), cku = followed.organisations(OrganisationKind.INSTITUTION), followed.by(Role.COORDINATOR)
    provider = followed.named("Stockholms stad")
    everything = {each: {row["id"] for row in cku.all(f"{FIGURES}?grouping={each}")} for each in GROUPINGS}
    ours, theirs = followed.by(Role.INSTITUTION, institution), followed.by(Role.PROVIDER, provider)
    programmes = {name for name, row in read.programmes.items() if row["institutionId"] == institution}
    units = {name for name, row in read.units.items() if provider in {row["providerId"], row["operatorId"]}}
    seen = {
        ours: {
            "institution": {institution},
            "programme": programmes & everything["programme"],
            "provider": everything["provider"],
            "unit": everything["unit"],
        },
        theirs: {"institution": set(), "programme": set(), "provider": {provider}, "unit": units & everything["unit"]},
        followed.by(Role.AUDITOR): {"institution": set(), "programme": set(), "provider": set(), "unit": set()},
    }
    for party, groups in seen.items():
        assert [row["id"] for row in party.all(FIGURES)] == ["county"]
        for grouping, ids in groups.items():
            assert {row["id"] for row in party.all(f"{FIGURES}?grouping={grouping}")} == ids, (party, grouping)


def withheld(rows: list[dict[str, Any]]) -> set[bool]:
    return {each["withheld"] for row in rows for each in row["figures"] if each["indicator"] == "long-travel"}


def test_how_far_students_travel_is_told_of_no_unit_but_to_the_coordinator_and_of_its_own_to_a_larosate(
    followed: Followed,
) -> None:
    institution = followed.organisations(OrganisationKind.INSTITUTION)[0]
    cku, ours = followed.by(Role.COORDINATOR), followed.by(Role.INSTITUTION, institution)
    for grouping in GROUPINGS:
        assert withheld(cku.all(f"{FIGURES}?grouping={grouping}")) == {False}
    for grouping, hidden in (("institution", False), ("programme", False), ("provider", True), ("unit", True)):
        assert withheld(ours.all(f"{FIGURES}?grouping={grouping}")) == {hidden}
    read = read_all(followed)
    hosts = followed.organisations(OrganisationKind.PROVIDER)
    few = [each for each in hosts if not any(is_told(read, term, each) for term in read.terms)]
    large, small = (followed.by(Role.PROVIDER, each) for each in (followed.named("Region Stockholm"), few[0]))
    assert withheld(large.all(f"{FIGURES}?grouping=provider")) == {False}
    assert withheld(large.all(f"{FIGURES}?grouping=unit")) == {True}
    assert withheld(small.all(f"{FIGURES}?grouping=provider")) == {True}
    many = all(is_told(read, term, followed.named("Region Stockholm")) for term in read.terms)
    for term in read.terms:
        assert withheld(large.all(f"{FIGURES}?grouping=provider&termId={term}")) == {not many}
        assert withheld(small.all(FIGURES + f"?termId={term}")) == {False}
    assert withheld(followed.by(Role.AUDITOR).all(FIGURES)) == {False}
    (row,) = small.all(f"{FIGURES}?grouping=provider")
    (told,) = [each for each in row["figures"] if each["indicator"] == "long-travel"]
    assert (told["numerator"], told["denominator"], told["share"]) == (None, None, None)


def test_what_is_followed_is_said_in_the_readers_language_with_its_source(followed: Followed) -> None:
    cku = followed.by(Role.AUDITOR)
    rows = cku.ask("GET", "/v1/follow-up/indicators?limit=200", 200, None, **{"Accept-Language": "sv"}).json()["items"]
    assert [row["key"] for row in rows] == [each.key for each in CATALOGUE]
    assert rows[0]["name"] == "Placerade i tid"
    assert (
        rows[0]["source"]
        == "VIL-samordnare: förfrågan och besked om utbildningsplatser, Stockholms läns landsting 2015"
    )
    part = cku.get("/v1/follow-up/indicators?limit=2&offset=1")
    assert ([row["name"] for row in part["items"]], part["total"]) == (
        ["Unplaced", "Told at least four weeks before"],
        len(CATALOGUE),
    )


def test_figures_are_taken_out_as_a_sheet_with_a_line_for_each(followed: Followed) -> None:
    cku = followed.by(Role.COORDINATOR)
    answer = cku.ask("GET", f"{FIGURES}/sheet?grouping=unit&year=2027", 200, None, **{"Accept-Language": "sv"})
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0] == ["Id", "Gäller", "År", "Termin", "Siffra", "Räknas i", "Del", "Helhet", "Andel"]
    rows = cku.all(f"{FIGURES}?grouping=unit&year=2027")
    assert len(lines) - 1 == sum(len(row["figures"]) for row in rows)
    assert len({line[0] for line in lines[1:]}) == len(rows) > 20
    term = next(row["id"] for row in cku.all("/v1/terms") if row["code"] == SPRING)
    book = cku.ask("GET", f"{FIGURES}/sheet?termId={term}&format=xlsx", 200)
    assert book.content.startswith(b"PK")
    assert book.headers["Content-Disposition"] == 'attachment; filename="figures.xlsx"'
