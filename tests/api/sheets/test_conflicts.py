"""What a row of a sheet cannot be beside what is stored is a fault of that row; what concerns the whole call is not."""

from __future__ import annotations

import io

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlalchemy.orm.exc import StaleDataError

from placement.errors import ConflictError
from placement.register.cohorts import CohortBook
from tests.api.sheeting import Desk, faults
from tests.api.world import World

AGREEMENT = {"Lärosäte": "KI", "Huvudman": "org_city", "Yrken": "läkare", "Gäller från": "2026-01-01"}
OVERLAPPING = {**AGREEMENT, "Yrken": "sjuksköterska"}


def test_an_agreement_that_overlaps_another_is_a_fault_of_its_row(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "coordinator")
    answer = desk.hand_in_table("agreements", [AGREEMENT, OVERLAPPING, {**AGREEMENT, "Lärosäte": "ABC"}])
    told = faults(answer)
    assert [(row, column, value) for row, column, value, _ in told] == [
        (3, "Gäller från", "2026-01-01"),
        (4, "Lärosäte", "ABC"),
    ]
    assert "already covers the same units, professions and time" in told[0][3]
    assert [fault["cell"] for fault in answer.json()["errors"]] == ["D3", "A4"]


def test_the_workbook_of_faults_marks_the_agreement_that_overlaps(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "coordinator")
    answer = desk.hand_in_table("agreements", [OVERLAPPING], "?faultsAs=xlsx")
    assert answer.status_code == 422
    cell = load_workbook(io.BytesIO(answer.content)).worksheets[0]["D2"]
    assert cell.comment is not None
    assert "already covers" in cell.comment.text


def test_a_conflict_of_no_field_is_told_with_its_row(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> bool:
        raise ConflictError(sv="Det går inte.", en="It cannot be.")

    monkeypatch.setattr(CohortBook, "change", refuse)
    desk = Desk(client, world, "institution")
    assert faults(desk.hand_in_rows("cohorts", [{"id": "coh_a", "size": 3}])) == [(1, None, None, "It cannot be.")]


def test_a_row_that_somebody_else_changes_each_time_it_is_tried_refuses_the_whole_call(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> bool:
        raise StaleDataError

    monkeypatch.setattr(CohortBook, "change", refuse)
    answer = Desk(client, world, "institution").hand_in_rows("cohorts", [{"id": "coh_a", "size": 3}])
    assert (answer.status_code, answer.json()["errors"]) == (503, [])
