"""Schemas of survey rounds, of the links to hand on, and of the answers to them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue, WithJsonSchema

from placement.refusals import refused
from placement.surveys.answering import Form
from placement.surveys.inviting import Link
from placement.surveys.rounds import Round
from placement.tables import Audience, RoundStatus
from placement.tables.surveys import LONGEST_ANSWER, MOST_QUESTIONS
from placement_api.paging import Paging
from placement_api.schemas.base import Change, Changeable, Day, Given, Id, Shown, Switch, example
from placement_api.schemas.surveys.questionnaires import Key, QuestionShown
from placement_api.sorting import sorting

MOST_NUMBER = 100
_DAYS: dict[str, JsonValue] = {"opensOn": "2027-05-31", "closesOn": "2027-06-30"}
_ROUND: dict[str, JsonValue] = {"versionId": "svv_4c1e", "termId": "trm_vt2027", **_DAYS}
_LINK: dict[str, JsonValue] = {
    "studentId": "stu_0a17",
    "externalId": "ki-0001",
    "organisation": None,
    "placementId": "pla_0b77",
    "url": "https://placement.example.org/survey-forms/mfrggzdfmztwq2lkmfrggzdfmztwq2lkmfrggzdfmztwq2lkmfrggzdf",
}


class RoundGiven(Given):
    """A round to plan. En omgång att planera."""

    model_config = example(_ROUND)

    version_id: Id
    term_id: Id
    opens_on: Day = Field(description="The first day to answer. Första dagen att svara.")
    closes_on: Day = Field(description="The last day to answer. Sista dagen att svara.")


class RoundDays(Given):
    """The days of a round. Omgångens dagar."""

    opens_on: Day
    closes_on: Day


class RoundChange(Change, RoundDays):
    """What to change of a round's days. Vad som ska ändras av omgångens dagar."""

    model_config = example({"closesOn": "2027-07-15"})


class RoundShown(Changeable):
    """A survey round. En enkätomgång."""

    model_config = example(
        {
            "id": "srd_77aa",
            "version": 1,
            "surveyId": "svy_0b1d",
            "nameSv": "VFU-enkäten",
            "nameEn": "Survey of clinical placements",
            "audience": "students",
            "number": 1,
            **_ROUND,
            "year": 2027,
            "status": "open",
            "invited": 4213,
        }
    )

    survey_id: str
    name_sv: str
    name_en: str
    audience: Audience
    version_id: str
    number: int = Field(description="The number of the survey's version. Numret på enkätens version.")
    term_id: str
    year: int
    opens_on: dt.date
    closes_on: dt.date
    status: RoundStatus
    invited: int = Field(description="How many have been asked since it opened. Hur många som har frågats.")

    @classmethod
    def of(cls, told: Round) -> RoundShown:
        """Show a round."""
        row, survey = told.round, told.survey
        return cls(
            id=row.id,
            version=row.version,
            survey_id=survey.id,
            name_sv=survey.name_sv,
            name_en=survey.name_en,
            audience=survey.audience,
            version_id=row.version_id,
            number=told.number,
            term_id=row.term_id,
            year=told.year,
            opens_on=row.opens_on,
            closes_on=row.closes_on,
            status=row.status,
            invited=row.invited,
        )


class RoundFilter(Paging):
    """Which rounds to list. Vilka omgångar som ska listas."""

    survey_id: Id | None = Field(None, description="Of one survey. Av en viss enkät.")
    term_id: Id | None = Field(None, description="About one term. Om en viss termin.")
    status: RoundStatus | None = Field(None, description="With one status. Med en viss status.")
    sort: str | None = sorting("opensOn", "closesOn", "status", "id")


class LinksGiven(Given):
    """How to make the links. Hur länkarna ska göras."""

    model_config = example({"renew": False})

    renew: Switch = Field(
        default=False,
        description="Make new links for everyone; the old ones stop working. "
        "Gör nya länkar till alla; de gamla slutar att fungera.",
    )


class LinksAsked(Given):
    """The form of the links. Länkarnas form."""

    format: Literal["json", "csv"] = Field("json", description="JSON, or a CSV sheet. JSON, eller ett blad i CSV.")


class LinkShown(Shown):
    """A link to hand on, and for whom it is. En länk att lämna vidare, och för vem den är."""

    model_config = example(_LINK)

    student_id: str | None
    external_id: str | None
    organisation: str | None = Field(description="The municipality that answers. Den kommun som svarar.")
    placement_id: str | None
    url: str | None = Field(
        description="Shown only now, and for one answer; empty if the call is a repetition. "
        "Visas bara nu, och gäller för ett svar; tom om anropet är en upprepning."
    )

    @classmethod
    def of(cls, link: Link, url: str | None) -> LinkShown:
        """Show a link with its address."""
        return cls(
            student_id=link.student_id,
            external_id=link.external_id,
            organisation=link.name_sv,
            placement_id=link.invitation.placement_id,
            url=url,
        )


class LinksShown(Shown):
    """The links that were made now. De länkar som gjordes nu."""

    model_config = example({"links": [_LINK]})

    links: list[LinkShown]


class SurveyFormShown(Shown):
    """What somebody with a link is asked. Vad den som har en länk får frågan om."""

    model_config = example(
        {
            "nameSv": "VFU-enkäten",
            "nameEn": "Survey of clinical placements",
            "unit": "Tallgården",
            **_DAYS,
            "answered": False,
            "questions": [
                {
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
            ],
        }
    )

    name_sv: str
    name_en: str
    unit: str | None
    opens_on: dt.date
    closes_on: dt.date
    answered: bool
    questions: list[QuestionShown]

    @classmethod
    def of(cls, form: Form) -> SurveyFormShown:
        """Show a form."""
        return cls(
            name_sv=form.questionnaire.survey.name_sv,
            name_en=form.questionnaire.survey.name_en,
            unit=form.unit,
            opens_on=form.round.opens_on,
            closes_on=form.round.closes_on,
            answered=form.answered,
            questions=[QuestionShown.of(question) for question in form.questionnaire.questions],
        )


def _plain(value: object) -> object:
    """Refuse what is neither a whole number nor a text that can be stored."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_NUMBER:
        return value
    if isinstance(value, str) and len(value) <= LONGEST_ANSWER and value.isascii() | _is_written(value):
        return value
    raise refused(
        f"ange ett tal på skalan, en kod ur listan eller en text på högst {LONGEST_ANSWER} tecken",
        f"give a number on the scale, a code of the list, or a text of at most {LONGEST_ANSWER} characters",
    )


def _is_written(text: str) -> bool:
    """Tell whether a text can be written in UTF-8."""
    return text.encode("utf-8", "replace").decode() == text


Value = Annotated[
    Any,
    BeforeValidator(_plain),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": MOST_NUMBER},
                {"type": "string", "maxLength": LONGEST_ANSWER},
            ]
        }
    ),
]


class AnswersGiven(Given):
    """Answers by the keys of their questions. Svar efter frågornas nycklar.

    A number on a scale, `yes` or `no`, the code of a choice, or a text; a question that is not required may be passed
    over.
    Ett tal på en skala, `yes` eller `no`, koden för ett val, eller en text; en fråga kan hoppas över om den inte är
    obligatorisk.
    """

    model_config = example({"answers": {"reception": 5, "recommend": "yes", "more": "Bra introduktion."}})

    answers: Annotated[dict[Key, Value], Field(max_length=MOST_QUESTIONS)]
