"""Figures: what a closed round says of the county, a party, a unit or a programme, to whom it concerns.

All figures are safe for anyone to have, together and with those of other rounds (``hiding``). Each caller sees the
county's and those that are about its own. A year's figures are sums of what is shown of its rounds, and so tell nothing
more; they can be followed by a question's key through the versions of a survey.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from placement.callers import Caller, Role
from placement.store.access import FIRST, Page, Span, allow, matching, page_of
from placement.store.batches import read_in_batches
from placement.surveys.counting import WHOLE
from placement.surveys.nodes import ALL
from placement.surveys.questionnaires import READERS
from placement.surveys.rounds import Round, described, show_round
from placement.tables import (
    FigureLevel,
    Organisation,
    Programme,
    RoundStatus,
    Survey,
    SurveyFigure,
    SurveyGroup,
    SurveyRound,
    SurveyText,
    Unit,
)
from placement_solver.words import Words

COUNTY_NAME = Words("Hela länet", "The whole county")
WHY_HIDDEN = Words(
    "Färre än fem svar, eller dold för att en sådan grupp inte ska kunna räknas ut.",
    "Fewer than five answers, or hidden so that such a group cannot be worked out.",
)
"""Why a figure is hidden; which of the two it is would help to work it out."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a round, and what the one that it is about is called."""

    figure: SurveyFigure
    round: Round
    name: Words

    @property
    def mean(self) -> float | None:
        """Return the mean of the answers on a scale, if there is one to show."""
        return mean_of(self.figure.total, self.figure.answers)


@dataclass(frozen=True, slots=True)
class YearFigure:
    """What the rounds of a survey in a year say about one question, or about the form (``question`` is None).

    ``answers``, ``invited`` and ``mean`` are over those of the ``rounds`` that are shown, which are ``shown``;
    ``answers`` is None if none is.
    """

    year: int
    survey: Survey
    level: FigureLevel
    subject_id: str
    name: Words
    question: str | None
    rounds: int
    shown: int
    invited: int
    answers: int | None
    mean: float | None


def list_figures(
    session: Session,
    by: Caller,
    *,
    round_id: str | None = None,
    survey: str | None = None,
    year: int | None = None,
    level: FigureLevel | None = None,
    subject: str | None = None,
    question: str | None = None,
    span: Span = FIRST,
) -> Page[Figure]:
    """List the figures that concern the caller, round by round; ``*`` asks for those of whole forms."""
    rounds = _closed_rounds(session, by, round_id=round_id, survey=survey, year=year)
    row = SurveyFigure
    query = matching(_seen_by(by), ((row.level, level), (row.subject_id, subject), (row.question, question)))
    query = query.where(col(row.round_id).in_(rounds))
    order = col(row.round_id), col(row.level), col(row.subject_id), col(row.question)
    page = page_of(session, query.order_by(*order), span)
    names = _names(session, page.rows)
    return Page([Figure(each, rounds[each.round_id], names[each.subject_id]) for each in page.rows], page.total)


def yearly_figures(
    session: Session,
    by: Caller,
    *,
    year: int | None = None,
    survey: str | None = None,
    level: FigureLevel | None = None,
    subject: str | None = None,
    question: str | None = None,
) -> Sequence[YearFigure]:
    """Return the figures that concern the caller year by year: sums over what is shown of the year's rounds.

    They are in the order of survey, level, subject, question and year, so that a question is followed line by line.
    """
    rounds = _closed_rounds(session, by, survey=survey, year=year)
    row = SurveyFigure
    query = matching(_seen_by(by), ((row.level, level), (row.subject_id, subject), (row.question, question)))
    rows = session.exec(query.where(col(row.round_id).in_(rounds))).all()
    names = _names(session, rows)
    groups: dict[tuple[str, FigureLevel, str, str, int], list[SurveyFigure]] = {}
    for each in rows:
        told = rounds[each.round_id]
        groups.setdefault((told.survey.id, each.level, each.subject_id, each.question, told.year), []).append(each)
    surveys = {told.survey.id: told.survey for told in rounds.values()}
    return [
        _year_figure(year, surveys[survey_id], names[subject_id], groups[survey_id, level, subject_id, question, year])
        for survey_id, level, subject_id, question, year in sorted(groups)
    ]


def list_texts(
    session: Session,
    by: Caller,
    round_id: str,
    *,
    level: FigureLevel = FigureLevel.COUNTY,
    subject: str = ALL,
    question: str | None = None,
    span: Span = FIRST,
) -> Page[SurveyText]:
    """List the free texts of a closed round about somebody, in random order; of too few, none is shown.

    The county's are shown unless another level and subject are asked for.
    """
    show_round(session, by, round_id)
    row = SurveyFigure
    seen = _seen_by(by).where(row.round_id == round_id, row.level == level, row.subject_id == subject)
    shown = matching(seen.where(col(row.answers).is_not(None)), ((row.question, question),))
    questions = [figure.question for figure in session.exec(shown)]
    query = (
        select(SurveyText)
        .join(SurveyGroup, col(SurveyGroup.id) == SurveyText.group_id)
        .where(SurveyGroup.round_id == round_id, _belongs_to(level, subject), col(SurveyText.question).in_(questions))
    )
    return page_of(session, query.order_by(col(SurveyText.question), col(SurveyText.id)), span)


def mean_of(total: int | None, answers: int | None) -> float | None:
    """Return a mean with two decimals."""
    return None if total is None or answers is None else round(total / answers, 2)


def _closed_rounds(
    session: Session, by: Caller, *, round_id: str | None = None, survey: str | None = None, year: int | None = None
) -> Mapping[str, Round]:
    """Return the closed rounds asked for, by id."""
    allow(by, READERS)
    query = select(SurveyRound).where(SurveyRound.status == RoundStatus.CLOSED)
    rounds = described(session, session.exec(matching(query, ((SurveyRound.id, round_id),))).all())
    return {told.round.id: told for told in rounds if survey in (None, told.survey.id) and year in (None, told.year)}


def _seen_by(by: Caller) -> SelectOfScalar[SurveyFigure]:
    """Return the figures that concern a caller: the county's, and those about its own.

    A lärosäte sees those of its programmes, and of the units that took its students and their providers.
    """
    row, group = SurveyFigure, SurveyGroup
    if by.role is Role.COORDINATOR:
        return select(row).where(true())
    county = col(row.level) == FigureLevel.COUNTY
    at_unit = and_(col(row.level) == FigureLevel.UNIT, col(row.subject_id) == col(group.unit_id))
    at_provider = and_(col(row.level) == FigureLevel.PROVIDER, col(row.subject_id) == col(group.provider_id))
    if by.role is Role.INSTITUTION:
        programme = and_(col(row.level) == FigureLevel.PROGRAMME, col(row.subject_id) == col(group.programme_id))
        own = and_(col(row.level) == FigureLevel.INSTITUTION, col(row.subject_id) == by.organisation)
        theirs = _in_group(col(group.institution_id) == by.organisation, or_(at_unit, at_provider, programme))
        return select(row).where(or_(county, own, theirs))
    if by.role is Role.PROVIDER:
        own = and_(col(row.level) == FigureLevel.PROVIDER, col(row.subject_id) == by.organisation)
        run_by = or_(col(group.provider_id) == by.organisation, col(group.operator_id) == by.organisation)
        return select(row).where(or_(county, own, _in_group(run_by, at_unit)))
    return select(row).where(or_(county, and_(col(row.level) == FigureLevel.UNIT, col(row.subject_id) == by.unit)))


def _in_group(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a group of the figure's round fulfils some conditions."""
    return exists().where(col(SurveyGroup.round_id) == col(SurveyFigure.round_id), *conditions)


def _belongs_to(level: FigureLevel, subject: str) -> ColumnElement[bool]:
    """Return the condition for groups that belong to what a figure is about."""
    columns = {
        FigureLevel.PROVIDER: SurveyGroup.provider_id,
        FigureLevel.UNIT: SurveyGroup.unit_id,
        FigureLevel.INSTITUTION: SurveyGroup.institution_id,
        FigureLevel.PROGRAMME: SurveyGroup.programme_id,
    }
    return true() if level is FigureLevel.COUNTY else col(columns[level]) == subject


def _names(session: Session, figures: Iterable[SurveyFigure]) -> Mapping[str, Words]:
    """Return what the subjects of figures are called now; one that is no longer there keeps its id."""
    ids = {figure.subject_id for figure in figures}
    names = {subject: Words(subject, subject) for subject in ids} | {ALL: COUNTY_NAME}
    for organisation in read_in_batches(session, select(Organisation), Organisation.id, ids):
        names[organisation.id] = Words(organisation.name_sv, organisation.name_en)
    for unit in read_in_batches(session, select(Unit), Unit.id, ids):
        names[unit.id] = Words(unit.name, unit.name)
    for programme in read_in_batches(session, select(Programme), Programme.id, ids):
        names[programme.id] = Words(programme.name, programme.name)
    return names


def _year_figure(year: int, survey: Survey, name: Words, rows: Sequence[SurveyFigure]) -> YearFigure:
    """Add up what is shown of a question in the rounds of a year."""
    shown = [row for row in rows if row.answers is not None]
    answers = sum(row.answers or 0 for row in shown) or None
    totals = [row.total for row in shown if row.total is not None]
    return YearFigure(
        year=year,
        survey=survey,
        level=rows[0].level,
        subject_id=rows[0].subject_id,
        name=name,
        question=None if rows[0].question == WHOLE else rows[0].question,
        rounds=len(rows),
        shown=len(shown),
        invited=sum(row.invited for row in shown),
        answers=answers,
        mean=mean_of(sum(totals) if totals else None, answers),
    )
