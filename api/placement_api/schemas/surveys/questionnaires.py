"""Schemas of surveys and their questions, version by version."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from placement.refusals import form
from placement.surveys.questionnaires import MOST_CHOICES, Questionnaire
from placement.tables import Audience, QuestionKind, Survey, SurveyQuestion
from placement.tables.surveys import LONGEST_KEY, LONGEST_QUESTION, MOST_QUESTIONS
from placement_api.paging import Paging
from placement_api.schemas.base import Given, Name, Shown, Switch, Word, example
from placement_api.sorting import sorting

_KEY = form(
    r"^[a-z][A-Za-z]*$",
    "en nyckel av bokstäverna a–z, som reception eller learningGoals",
    "a key of the letters a–z, such as reception or learningGoals",
)
Key = Annotated[str, Field(min_length=1, max_length=LONGEST_KEY, pattern=_KEY)]
_PRINTABLE = form(
    r"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$",
    "en text på en rad, utan blanksteg först eller sist",
    "a text on one line, without a space at its beginning or end",
)
Sentence = Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION, pattern=_PRINTABLE)]

_QUESTION: dict[str, JsonValue] = {
    "key": "reception",
    "kind": "scale",
    "textSv": "Jag blev väl mottagen på enheten.",
    "textEn": "I was well received at the unit.",
    "required": True,
    "steps": 5,
    "lowSv": "stämmer inte alls",
    "lowEn": "not at all",
    "highSv": "stämmer helt",
    "highEn": "entirely",
    "choices": None,
}
_SURVEY: dict[str, JsonValue] = {
    "nameSv": "VFU-enkäten",
    "nameEn": "Survey of clinical placements",
    "audience": "students",
}


class ChoiceGiven(Given):
    """What may be chosen, in both languages. Vad som kan väljas, på båda språken."""

    model_config = example({"code": "in-time", "sv": "minst två veckor före", "en": "at least two weeks before"})

    code: Word
    sv: Name
    en: Name


class QuestionGiven(Given):
    """A question. En fråga."""

    model_config = example(_QUESTION)

    key: Key = Field(
        description="Stays the same from version to version as long as the question does. "
        "Behålls från version till version så länge frågan är densamma."
    )
    kind: QuestionKind
    text_sv: Sentence
    text_en: Sentence
    required: Switch = False
    steps: Literal[5, 6] | None = Field(None, description="A scale's, from 1 to 5 or 6. En skalas, 1 till 5 eller 6.")
    low_sv: Name | None = Field(None, description="What the lowest step means. Vad det lägsta steget betyder.")
    low_en: Name | None = None
    high_sv: Name | None = Field(None, description="What the highest step means. Vad det högsta steget betyder.")
    high_en: Name | None = None
    choices: Annotated[list[ChoiceGiven], Field(min_length=2, max_length=MOST_CHOICES)] | None = None

    def stored(self) -> dict[str, Any]:
        """Return the question as it is stored."""
        return self.model_dump()


Questions = Annotated[list[QuestionGiven], Field(min_length=1, max_length=MOST_QUESTIONS)]


class VersionGiven(Given):
    """The questions of the next version, in order. Frågorna i nästa version, i ordning."""

    model_config = example({"questions": [_QUESTION]})

    questions: Questions


class SurveyGiven(VersionGiven):
    """A survey with its first version. En enkät med sin första version."""

    model_config = example({**_SURVEY, "questions": [_QUESTION]})

    name_sv: Name
    name_en: Name
    audience: Audience

    def stored(self) -> dict[str, Any]:
        """Return the survey as it is stored."""
        return self.model_dump()


class ChoiceShown(Shown):
    """What may be chosen. Vad som kan väljas."""

    model_config = example({"code": "in-time", "sv": "minst två veckor före", "en": "at least two weeks before"})

    code: str
    sv: str
    en: str


class QuestionShown(Shown):
    """A question. En fråga."""

    model_config = example(_QUESTION)

    key: str
    kind: QuestionKind
    text_sv: str
    text_en: str
    required: bool
    steps: int | None
    low_sv: str | None
    low_en: str | None
    high_sv: str | None
    high_en: str | None
    choices: list[ChoiceShown] | None

    @classmethod
    def of(cls, question: SurveyQuestion) -> QuestionShown:
        """Show a question."""
        return cls.model_validate(question)


class VersionShown(Shown):
    """A version of a survey, which is never changed. En version av en enkät, som aldrig ändras."""

    model_config = example(
        {
            "id": "svv_4c1e",
            "surveyId": "svy_0b1d",
            "number": 1,
            "writtenOn": "2026-11-28",
            "questions": [_QUESTION],
        }
    )

    id: str
    survey_id: str
    number: int
    written_on: dt.date
    questions: list[QuestionShown]

    @classmethod
    def of(cls, told: Questionnaire) -> VersionShown:
        """Show a version."""
        version = told.version
        return cls(
            id=version.id,
            survey_id=version.survey_id,
            number=version.number,
            written_on=version.written_on,
            questions=[QuestionShown.of(question) for question in told.questions],
        )


class SurveyShown(Shown):
    """A survey. En enkät."""

    model_config = example({"id": "svy_0b1d", **_SURVEY})

    id: str
    name_sv: str
    name_en: str
    audience: Audience

    @classmethod
    def of(cls, survey: Survey) -> SurveyShown:
        """Show a survey."""
        return cls.model_validate(survey)


class SurveyFilter(Paging):
    """Which surveys to list. Vilka enkäter som ska listas."""

    sort: str | None = sorting("nameSv", "nameEn", "audience", "id")
