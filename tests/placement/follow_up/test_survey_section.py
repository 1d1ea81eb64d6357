"""The yearly report has the figures of the year's closed surveys, and hides what the surveys hide."""

from __future__ import annotations

from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.follow_up.yearly.report import draw_up, id_of
from placement.follow_up.yearly.sections import Section
from placement.tables import FigureLevel, Survey, SurveyFigure, SurveyRound, Term
from placement_solver.weeks import IsoWeek
from tests.rows import small_world

CKU = Caller(Role.COORDINATOR)


def section(store: Session, provider: str | None = None) -> Section:
    drawn = draw_up(store, CKU, id_of(2027, provider))
    return next(each for each in drawn.sections if each.key == "surveys")


def test_each_question_has_its_answers_and_its_mean_in_words(store: Session) -> None:
    told = section(store)
    (table,) = told.tables
    (survey,) = (row for row in small_world() if isinstance(row, Survey) and row.id == "svy_a")
    assert table.caption.sv == survey.name_sv
    assert [(getattr(row[0], "en", None), *row[1:]) for row in table.rows] == [
        ("I was well received.", 7, 9, 4.0, None)
    ]
    assert len(told.said) == 1


def test_what_is_hidden_is_a_dash_and_the_section_says_why(store: Session) -> None:
    figure = store.exec(select(SurveyFigure).where(SurveyFigure.question == "reception")).one()
    figure.answers = figure.total = figure.bands = None
    store.flush()
    told = section(store)
    assert told.tables[0].rows[0][1:] == (None, None, None, None)
    assert "Färre än fem svar" in told.said[1].sv


def test_last_years_answers_stand_beside(store: Session) -> None:
    store.get_one(Term, "trm_idle").first_week = IsoWeek(2026, 35)
    values = store.get_one(SurveyRound, "srd_a").model_dump() | {"id": "srd_before", "term_id": "trm_idle"}
    store.add(SurveyRound(**values))
    store.add(
        SurveyFigure(
            round_id="srd_before",
            level=FigureLevel.COUNTY,
            subject_id="county",
            question="reception",
            invited=10,
            answers=10,
            total=35,
        )
    )
    store.flush()
    assert section(store).tables[0].rows[0][-1] == 3.5


def test_a_municipality_without_closed_surveys_is_told_so(store: Session) -> None:
    about_it = col(SurveyFigure.level) == FigureLevel.PROVIDER
    assert store.exec(select(SurveyFigure).where(about_it)).all() == []
    assert [each.en for each in section(store, "org_city").said] == ["No survey of the year has been closed."]
