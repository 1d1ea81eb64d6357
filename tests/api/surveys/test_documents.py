"""What the documents about surveys say is so: the numbers, the addresses, and the same in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI

from placement.events.feed import CATALOGUE
from placement.reference import facts
from placement.surveys.hiding import LEAST

DOCS = Path(__file__).parents[3] / "docs"
ENGLISH, SWEDISH = DOCS / "surveys.md", DOCS / "sv" / "enkater.md"
NUMBERS = {
    ENGLISH: ("{} questions", "Fewer than {} answers are never shown", "every band has at least {} answers"),
    SWEDISH: ("{} frågor", "Färre än {} svar visas aldrig", "varje del har minst {} svar"),
}


@pytest.mark.parametrize("document", [ENGLISH, SWEDISH], ids=lambda path: path.stem)
def test_the_numbers_are_true(document: Path) -> None:
    text = " ".join(document.read_text().split())
    questions, fewest, bands = NUMBERS[document]
    for survey in facts.surveys():
        assert questions.format(len(survey.questions)) in text
    assert fewest.format(LEAST) in text
    assert bands.format(LEAST) in text


@pytest.mark.parametrize("document", [ENGLISH, SWEDISH], ids=lambda path: path.stem)
def test_every_operation_and_event_is_there(document: Path, app: FastAPI) -> None:
    named = re.findall(r"`(GET|POST) (/v1/[^`]+)`", document.read_text())
    assert len(named) > 8
    paths = app.openapi()["paths"]
    assert [each for each in named if each[0].lower() not in paths.get(each[1], {})] == []
    assert set(re.findall(r"`(survey-round\.[a-z-]+)`", document.read_text())) <= CATALOGUE.keys()


def test_both_languages_name_the_same() -> None:
    def named(document: Path) -> list[str]:
        return re.findall(r"`([^`]+)`", document.read_text())

    assert named(ENGLISH) == named(SWEDISH)
