"""Surveys: what students and municipalities have answered during the year, beside last year's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from placement.callers import SYSTEM
from placement.follow_up.tables import Cell, Column, Kind, Table
from placement.follow_up.yearly.sections import Ground, Section
from placement.surveys.figures import WHY_HIDDEN, YearFigure, yearly_figures
from placement.surveys.nodes import ALL
from placement.tables import FigureLevel, Survey, SurveyQuestion, SurveyVersion
from placement_solver.words import Words

_TITLE = Words("Vad enkäterna säger", "What the surveys say")
_WHOLE = Words("Hela enkäten", "The whole survey")


def write_surveys(ground: Ground) -> Section:
    """Return the section on the year's closed surveys, question by question; what is hidden there is hidden here."""
    found = {year: _figures(ground, year) for year in (ground.year.number, ground.last.number)}
    present, last = found[ground.year.number], found[ground.last.number]
    if not present:
        nothing = Words("Ingen enkät är avslutad för året.", "No survey of the year has been closed.")
        return Section("surveys", _TITLE, (nothing,))
    surveys = {each.survey.id: each.survey for each in present.values()}
    said = [
        Words(
            "Medelvärden är av svar på en skala från 1. Frågor utan skala har inget medelvärde.",
            "Means are of answers on a scale from 1. Questions without a scale have no mean.",
        )
    ]
    if any(each.answers is None for each in present.values()):
        said.append(Words(f"Streck: {WHY_HIDDEN.sv}", f"Dashes: {WHY_HIDDEN.en}"))
    tables = tuple(_table(ground, surveys[name], present, last) for name in sorted(surveys))
    return Section("surveys", _TITLE, tuple(said), tables)


def _figures(ground: Ground, year: int) -> Mapping[tuple[str, str | None], YearFigure]:
    """Return the figures of a year about the county or the municipality, by survey and question."""
    about: tuple[FigureLevel, str] = FigureLevel.COUNTY, ALL
    if ground.municipality is not None:
        about = FigureLevel.PROVIDER, ground.municipality.id
    rows = yearly_figures(ground.session, SYSTEM, year=year, level=about[0], subject=about[1])
    return {(each.survey.id, each.question): each for each in rows}


def _table(
    ground: Ground,
    survey: Survey,
    present: Mapping[tuple[str, str | None], YearFigure],
    last: Mapping[tuple[str, str | None], YearFigure],
) -> Table:
    """Return a survey's questions in their order, each with its answers and means."""
    texts: dict[str | None, Words] = {None: _WHOLE, **{row.key: _text(row) for row in _questions(ground, survey)}}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            text,
            figure.answers,
            figure.invited if figure.shown else None,
            figure.mean,
            before.mean if (before := last.get((survey.id, key))) is not None else None,
        )
        for key, text in texts.items()
        if (figure := present.get((survey.id, key))) is not None
    )
    year, earlier = ground.year.number, ground.last.number
    columns = (
        Column(Words("Fråga", "Question"), Kind.TEXT),
        Column(Words("Svar", "Answers")),
        Column(Words("Inbjudna", "Invited")),
        Column(Words(f"Medelvärde {year}", f"Mean {year}")),
        Column(Words(f"Medelvärde {earlier}", f"Mean {earlier}")),
    )
    return Table(Words(survey.name_sv, survey.name_en), columns, rows, drawn=(3, 4))


def _questions(ground: Ground, survey: Survey) -> Sequence[SurveyQuestion]:
    """Return a survey's questions in the order of their numbers, each as its latest version words it."""
    rows = ground.session.exec(
        select(SurveyQuestion)
        .join(SurveyVersion, col(SurveyVersion.id) == col(SurveyQuestion.version_id))
        .where(SurveyVersion.survey_id == survey.id)
        .order_by(col(SurveyVersion.number))
    )
    latest = {row.key: row for row in rows}
    return sorted(latest.values(), key=lambda row: (row.number, row.key))


def _text(row: SurveyQuestion) -> Words:
    """Return what a question asks."""
    return Words(row.text_sv, row.text_en)
