"""A survey with one question of each kind, and a round of it in each status, for tests of what is stored."""

from __future__ import annotations

import datetime as dt

from placement.surveys.nodes import ALL
from placement.tables import (
    Audience,
    FigureLevel,
    QuestionKind,
    RoundStatus,
    Row,
    Survey,
    SurveyAnswer,
    SurveyFigure,
    SurveyGroup,
    SurveyInvitation,
    SurveyQuestion,
    SurveyRound,
    SurveyText,
    SurveyVersion,
)

OPENS, CLOSES = dt.date(2027, 5, 31), dt.date(2027, 6, 30)


def rows() -> list[Row]:
    """Return a round of a survey, closed, with its figures, and what an open one has."""
    return [
        Survey(id="svy_a", name_sv="Enkät om VFU", name_en="Survey of placements", audience=Audience.STUDENTS),
        SurveyVersion(id="svv_a", survey_id="svy_a", number=1, written_on=dt.date(2026, 11, 1)),
        SurveyQuestion(
            version_id="svv_a",
            key="reception",
            number=1,
            kind=QuestionKind.SCALE,
            text_sv="Jag blev väl mottagen.",
            text_en="I was well received.",
            required=True,
            steps=5,
            low_sv="stämmer inte alls",
            low_en="not at all",
            high_sv="stämmer helt",
            high_en="entirely",
        ),
        SurveyQuestion(
            version_id="svv_a",
            key="told",
            number=2,
            kind=QuestionKind.CHOICE,
            text_sv="När fick du schemat?",
            text_en="When were you told the schedule?",
            choices=[
                {"code": "in-time", "sv": "i tid", "en": "in time"},
                {"code": "late", "sv": "för sent", "en": "too late"},
            ],
        ),
        SurveyRound(
            id="srd_a",
            version_id="svv_a",
            term_id="trm_a",
            opens_on=OPENS,
            closes_on=CLOSES,
            status=RoundStatus.CLOSED,
            invited=1,
        ),
        *_municipal("planned", RoundStatus.PLANNED),
        *_municipal("open", RoundStatus.OPEN),
        SurveyGroup(id="sgr_open", round_id="srd_open", invited=1),
        SurveyInvitation(id="siv_open", round_id="srd_open", group_id="sgr_open", organisation_id="org_city"),
        SurveyGroup(
            id="sgr_a",
            round_id="srd_a",
            unit_id="unt_a",
            provider_id="org_city",
            operator_id="org_care",
            programme_id="prg_a",
            institution_id="org_ki",
            invited=1,
        ),
        SurveyInvitation(id="siv_a", round_id="srd_a", group_id="sgr_a", placement_id="pla_a", secret_sha256="e" * 64),
        SurveyAnswer(id="san_a", group_id="sgr_a", given={"reception": 4}),
        SurveyText(id="stx_a", group_id="sgr_a", question="more", text="Bra handledare"),
        SurveyFigure(
            round_id="srd_a",
            level=FigureLevel.COUNTY,
            subject_id=ALL,
            question="reception",
            invited=9,
            answers=7,
            total=28,
            bands=[{"band": "1-3", "answers": 2}],
        ),
    ]


def _municipal(name: str, status: RoundStatus) -> list[Row]:
    """Return a round of a survey to municipalities."""
    return [
        Survey(id=f"svy_{name}", name_sv=f"Enkät {name}", name_en=f"Survey {name}", audience=Audience.MUNICIPALITIES),
        SurveyVersion(id=f"svv_{name}", survey_id=f"svy_{name}", number=1, written_on=dt.date(2026, 11, 1)),
        SurveyRound(
            id=f"srd_{name}",
            version_id=f"svv_{name}",
            term_id="trm_a",
            opens_on=dt.date(2026, 11, 1),
            closes_on=dt.date(2199, 12, 31),
            status=status,
            invited=int(status is RoundStatus.OPEN),
        ),
    ]
