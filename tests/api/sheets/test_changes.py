"""What an imported row changes: only what it says, with its term, and the answer tells what falls and what else."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.sheeting import CSV, Desk, faults, outcome
from tests.api.world import World

NO_TERM = "the row does not say its term: fill in the term"


@pytest.fixture
def coordinator(client: TestClient, world: World) -> Desk:
    """The coordinator."""
    return Desk(client, world, "coordinator")


@pytest.fixture
def institution(client: TestClient, world: World) -> Desk:
    """Our lärosäte."""
    return Desk(client, world, "institution")


@pytest.fixture
def provider(client: TestClient, world: World) -> Desk:
    """Our municipality."""
    return Desk(client, world, "provider")


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
