"""Schemas of the figures of closed rounds, round by round and year by year, and of their free texts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from placement.surveys.counting import WHOLE
from placement.surveys.figures import WHY_HIDDEN, Figure, YearFigure
from placement.surveys.nodes import ALL
from placement.tables import FigureLevel, SurveyText
from placement_api.paging import Paging
from placement_api.schemas.base import FIRST_YEAR, LAST_YEAR, Given, Id, Shown, example
from placement_api.schemas.sheets import Form
from placement_api.schemas.surveys.questionnaires import Key
from placement_solver.words import Words

_ABOUT: dict[str, JsonValue] = {
    "level": "unit",
    "subjectId": "unt_geriatrics",
    "subjectSv": "Geriatrik 2",
    "subjectEn": "Geriatrik 2",
    "question": "reception",
}
_RATE = "Answers of those invited, in per cent. Andelen av de tillfrågade som svarat, i procent."
Level = Annotated[FigureLevel | None, Field(description="About one level. Om en viss nivå.")]
Year = Annotated[
    int | None,
    Field(ge=FIRST_YEAR, le=LAST_YEAR, description="Of one year. Från ett visst år."),
]


class HiddenShown(Shown):
    """Why a figure is hidden, in both languages. Varför en siffra är dold, på båda språken."""

    model_config = example({"sv": WHY_HIDDEN.sv, "en": WHY_HIDDEN.en})

    sv: str
    en: str

    @classmethod
    def of(cls, words: Words) -> HiddenShown:
        """Show words."""
        return cls(sv=words.sv, en=words.en)


class BandShown(Shown):
    """How many answered something. Hur många som svarade något."""

    model_config = example({"band": "4-5", "answers": 8})

    band: str = Field(description="A part of the scale, or codes of choices. En del av skalan, eller koder för val.")
    answers: int


class SurveyFigureShown(Shown):
    """A figure of a round; one that is hidden says why. En siffra ur en omgång; en som är dold säger varför."""

    model_config = example(
        {
            "roundId": "srd_77aa",
            "surveyId": "svy_0b1d",
            "termId": "trm_vt2027",
            "year": 2027,
            **_ABOUT,
            "invited": 31,
            "answers": 18,
            "responseRate": 58.1,
            "mean": 4.11,
            "bands": [{"band": "1-3", "answers": 6}, {"band": "4-5", "answers": 12}],
            "hidden": None,
        }
    )

    round_id: str
    survey_id: str
    term_id: str
    year: int
    level: FigureLevel
    subject_id: str
    subject_sv: str
    subject_en: str
    question: str | None = Field(description="Empty: the form as a whole. Tom: formuläret som helhet.")
    invited: int
    answers: int | None
    response_rate: float | None = Field(description=_RATE)
    mean: float | None
    bands: list[BandShown] | None = Field(
        description="How the answers are spread, where every band has at least five in all that can be worked out. "
        "Hur svaren fördelar sig, där varje del har minst fem i allt som går att räkna ut."
    )
    hidden: HiddenShown | None

    @classmethod
    def of(cls, told: Figure) -> SurveyFigureShown:
        """Show a figure."""
        row, about = told.figure, told.round
        bands = None if row.bands is None else [BandShown.model_validate(each) for each in row.bands]
        return cls(
            round_id=row.round_id,
            survey_id=about.survey.id,
            term_id=about.term.id,
            year=about.year,
            level=row.level,
            subject_id=row.subject_id,
            subject_sv=told.name.sv,
            subject_en=told.name.en,
            question=None if row.question == WHOLE else row.question,
            invited=row.invited,
            answers=row.answers,
            response_rate=rate_of(row.answers, row.invited),
            mean=told.mean,
            bands=bands,
            hidden=HiddenShown.of(WHY_HIDDEN) if row.answers is None else None,
        )


class YearFigureShown(Shown):
    """A figure of a year: a sum of what is shown of its rounds. En siffra för ett år: summan av det som visas."""

    model_config = example(
        {
            "year": 2027,
            "surveyId": "svy_0b1d",
            **_ABOUT,
            "rounds": 2,
            "roundsShown": 2,
            "invited": 64,
            "answers": 39,
            "responseRate": 60.9,
            "mean": 4.2,
            "hidden": None,
        }
    )

    year: int
    survey_id: str
    level: FigureLevel
    subject_id: str
    subject_sv: str
    subject_en: str
    question: str | None
    rounds: int = Field(description="How many rounds the year has about it. Hur många omgångar året har om den.")
    rounds_shown: int = Field(description="How many of them count here. Hur många av dem som räknas här.")
    invited: int
    answers: int | None
    response_rate: float | None = Field(description=_RATE)
    mean: float | None
    hidden: HiddenShown | None

    @classmethod
    def of(cls, told: YearFigure) -> YearFigureShown:
        """Show a year's figure."""
        return cls(
            year=told.year,
            survey_id=told.survey.id,
            level=told.level,
            subject_id=told.subject_id,
            subject_sv=told.name.sv,
            subject_en=told.name.en,
            question=told.question,
            rounds=told.rounds,
            rounds_shown=told.shown,
            invited=told.invited,
            answers=told.answers,
            response_rate=rate_of(told.answers, told.invited),
            mean=told.mean,
            hidden=HiddenShown.of(WHY_HIDDEN) if told.answers is None else None,
        )


def rate_of(answers: int | None, invited: int) -> float | None:
    """Return how many of those invited have answered, in per cent with one decimal."""
    return None if answers is None else round(100 * answers / invited, 1)


class FigureFields(Given):
    """Which figures are asked for. Vilka siffror som efterfrågas."""

    survey_id: Id | None = Field(None, description="Of one survey. Ur en viss enkät.")
    year: Year = None
    level: Level = None
    subject_id: Id | None = Field(
        None,
        description="About one provider, unit, lärosäte or programme. Om en viss huvudman, enhet, ett lärosäte eller "
        "program.",
    )
    question: Key | None = Field(None, description="Of one question, by its key. Om en viss fråga, med dess nyckel.")
    whole: bool = Field(
        default=False,
        description="Of whole forms only: how many answered. Bara om hela formulär: hur många som har svarat.",
    )

    @property
    def asked(self) -> str | None:
        """Return the question that is asked for, as it is stored."""
        return WHOLE if self.whole else self.question


class FigureFilter(Paging, FigureFields):
    """Which figures to list. Vilka siffror som ska listas."""

    round_id: Id | None = Field(None, description="Of one round. Ur en viss omgång.")


class YearFigureFilter(Paging, FigureFields):
    """Which figures to follow over the years. Vilka siffror som ska följas över åren."""


class FigureSheetAsked(FigureFields):
    """Which figures, in which form. Vilka siffror, i vilken form."""

    round_id: Id | None = Field(None, description="Of one round. Ur en viss omgång.")
    format: Form = Field(Form.CSV, description="CSV or XLSX. CSV eller XLSX.")


class TextFilter(Paging):
    """Which free texts to list. Vilka fritexter som ska listas."""

    level: FigureLevel = Field(FigureLevel.COUNTY, description="About what. Om vad.")
    subject_id: Id = Field(
        ALL, description="About which provider, unit, lärosäte or programme. Om vilken huvudman, enhet osv."
    )
    question: Key | None = Field(None, description="To one question. Svar på en viss fråga.")


class SurveyTextShown(Shown):
    """A free text, in random order. En fritext, i slumpvis ordning."""

    model_config = example({"id": "stx_91c2", "question": "more", "text": "Jag fick en bra introduktion."})

    id: str
    question: str
    text: str

    @classmethod
    def of(cls, row: SurveyText) -> SurveyTextShown:
        """Show a text."""
        return cls.model_validate(row)
