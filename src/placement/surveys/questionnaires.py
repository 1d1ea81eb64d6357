"""Questionnaires: the surveys that are asked, and their questions, version by version.

A version is never changed once it is written: a new one follows it. A question keeps its key from version to version as
long as it asks the same, so that its answers can be followed over the years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from placement.callers import Caller, Role
from placement.errors import Fault, InvalidError
from placement.register.writing import Writer, writing
from placement.store.access import COORDINATORS, FIRST, PLANNERS, Page, Span, allow, conflict, found, page_of
from placement.store.batches import by_owner
from placement.tables import QuestionKind, Survey, SurveyQuestion, SurveyVersion

READERS = PLANNERS - {Role.SUPERVISOR}
"""Those who may read questionnaires, rounds and figures: coordinators, lärosäten, providers and units."""
YES, NO = "yes", "no"
MOST_CHOICES = 20


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A version of a survey with its questions in order."""

    survey: Survey
    version: SurveyVersion
    questions: Sequence[SurveyQuestion]


def list_surveys(session: Session, by: Caller, *, span: Span = FIRST) -> Page[Survey]:
    """List the surveys by name."""
    allow(by, READERS)
    return page_of(session, select(Survey).order_by(col(Survey.name_sv), col(Survey.id)), span)


def show_survey(session: Session, by: Caller, survey_id: str) -> Survey:
    """Show one survey."""
    allow(by, READERS)
    return found(session.get(Survey, survey_id), survey_id)


def list_versions(session: Session, by: Caller, survey_id: str, *, span: Span = FIRST) -> Page[Questionnaire]:
    """List the versions of a survey with their questions, the latest first."""
    survey = show_survey(session, by, survey_id)
    query = select(SurveyVersion).where(SurveyVersion.survey_id == survey.id)
    page = page_of(session, query.order_by(col(SurveyVersion.number).desc(), col(SurveyVersion.id)), span)
    ids = [version.id for version in page.rows]
    asked = select(SurveyQuestion).where(col(SurveyQuestion.version_id).in_(ids)).order_by(col(SurveyQuestion.number))
    questions = by_owner(session.exec(asked).all(), lambda question: question.version_id)
    return Page([Questionnaire(survey, version, questions[version.id]) for version in page.rows], page.total)


def show_questionnaire(session: Session, version_id: str) -> Questionnaire:
    """Return a version with its questions; whoever may answer it may read it."""
    version = session.get_one(SurveyVersion, version_id)
    asked = select(SurveyQuestion).where(SurveyQuestion.version_id == version_id).order_by(col(SurveyQuestion.number))
    return Questionnaire(session.get_one(Survey, version.survey_id), version, session.exec(asked).all())


def make_survey(session: Session, by: Caller, given: Mapping[str, Any]) -> Questionnaire:
    """Make a survey with its first version: ``name_sv``, ``name_en``, ``audience`` and ``questions``."""
    allow(by, COORDINATORS)
    if session.exec(select(Survey.id).where(Survey.name_sv == given["name_sv"])).first() is not None:
        raise conflict("/name_sv", "there is already a survey of this name", "det finns redan en enkät med det namnet")
    with writing(session, by) as writer:
        return SurveyBook(writer).enter(given)


def write_version(
    session: Session, by: Caller, survey_id: str, questions: Sequence[Mapping[str, Any]]
) -> Questionnaire:
    """Write the next version of a survey."""
    allow(by, COORDINATORS)
    survey = found(session.get(Survey, survey_id, with_for_update=True), survey_id)
    latest = session.exec(select(func.max(SurveyVersion.number)).where(SurveyVersion.survey_id == survey_id)).one()
    _keep_meaning(session, survey_id, questions)
    with writing(session, by) as writer:
        return SurveyBook(writer).write(survey, latest + 1, questions)


class SurveyBook:
    """The one place where surveys and their questions are written."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def enter(self, given: Mapping[str, Any]) -> Questionnaire:
        """Add a survey with its first version."""
        survey = Survey(name_sv=given["name_sv"], name_en=given["name_en"], audience=given["audience"])
        self._writer.add(survey)
        return self.write(survey, 1, given["questions"])

    def write(self, survey: Survey, number: int, questions: Sequence[Mapping[str, Any]]) -> Questionnaire:
        """Add a version of a survey with its questions in order."""
        _check(questions)
        version = SurveyVersion(survey_id=survey.id, number=number)
        rows = [
            SurveyQuestion(version_id=version.id, number=place, **question)
            for place, question in enumerate(questions, start=1)
        ]
        for row in (version, *rows):
            self._writer.add(row)
        return Questionnaire(survey, version, rows)


def _check(questions: Sequence[Mapping[str, Any]]) -> None:
    """Refuse questions whose key is taken, or whose scale or list of choices does not fit with how they are answered.

    Raises:
        InvalidError: with every fault found, each at its field.

    """
    faults: list[Fault] = []
    keys: set[str] = set()
    for place, question in enumerate(questions):
        at = f"/questions/{place}"
        if question["key"] in keys:
            faults.append(Fault(f"{at}/key", "the key occurs twice", "nyckeln finns två gånger"))
        keys.add(question["key"])
        faults += _faults_of_scale(question, at) + _faults_of_choices(question, at)
    if faults:
        raise InvalidError(*faults)


def _keep_meaning(session: Session, survey_id: str, questions: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a key that an earlier version has for a question answered in another way."""
    of_survey = select(SurveyVersion.id).where(SurveyVersion.survey_id == survey_id)
    earlier = session.exec(select(SurveyQuestion).where(col(SurveyQuestion.version_id).in_(of_survey)))
    ways = {row.key: (row.kind, row.steps) for row in earlier}
    faults = [
        Fault(
            f"/questions/{place}/key",
            "an earlier version has this key for a question that is answered in another way: give another key",
            "en tidigare version har den här nyckeln för en fråga som besvaras på ett annat sätt: ange en annan nyckel",
        )
        for place, question in enumerate(questions)
        if ways.get(question["key"], way := (question["kind"], question.get("steps"))) != way
    ]
    if faults:
        raise InvalidError(*faults)


def _faults_of_scale(question: Mapping[str, Any], at: str) -> list[Fault]:
    """Return what is wrong with a scale: a scale has steps and words for its ends, and nothing else has."""
    wanted = question["kind"] is QuestionKind.SCALE
    told = (
        ("a scale needs this", "en skala behöver detta")
        if wanted
        else ("only a scale has this", "bara en skala har detta")
    )
    fields = ("steps", "low_sv", "low_en", "high_sv", "high_en")
    return [Fault(f"{at}/{field}", *told) for field in fields if (question.get(field) is not None) != wanted]


def _faults_of_choices(question: Mapping[str, Any], at: str) -> list[Fault]:
    """Return what is wrong with choices: a choice has a list of them, each once, and nothing else has."""
    wanted = question["kind"] is QuestionKind.CHOICE
    choices = question.get("choices")
    if wanted and choices is None:
        return [Fault(f"{at}/choices", "a choice needs a list to choose from", "ett val behöver en lista att välja ur")]
    if not wanted and choices is not None:
        return [Fault(f"{at}/choices", "only a choice has this", "bara ett val har detta")]
    codes = [choice["code"] for choice in choices or ()]
    return [
        Fault(f"{at}/choices/{place}/code", "the code occurs twice", "koden finns två gånger")
        for place, code in enumerate(codes)
        if code in codes[:place]
    ]
