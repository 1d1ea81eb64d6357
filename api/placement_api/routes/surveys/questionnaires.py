"""Routes of surveys and their questions, version by version."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.surveys import questionnaires
from placement_api.callers import Coordinator, Surveyed
from placement_api.paging import Linked, Listed, Paging
from placement_api.routes.paths import SurveyPath
from placement_api.schemas.surveys.questionnaires import (
    SurveyFilter,
    SurveyGiven,
    SurveyShown,
    VersionGiven,
    VersionShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["surveys"])


@router.get("/surveys", summary="List surveys")
def list_surveys(
    store: Transaction, by: Surveyed, asked: Annotated[SurveyFilter, Query()], links: Linked
) -> Listed[SurveyShown]:
    """List the surveys by name.

    Listar enkäterna efter namn.
    """
    return links.page(asked, questionnaires.list_surveys(store, by, span=asked.span), SurveyShown.of)


@router.post("/surveys", status_code=201, summary="Make a survey")
def make_survey(store: Transaction, by: Coordinator, given: SurveyGiven, response: Response) -> VersionShown:
    """Make a survey, and answer with its first version.

    Skapar en enkät, och svarar med dess första version.
    """
    shown = VersionShown.of(questionnaires.make_survey(store, by, given.stored()))
    response.headers["Location"] = f"/v1/surveys/{shown.survey_id}"
    return shown


@router.get("/surveys/{surveyId}", summary="Show a survey")
def show_survey(store: Transaction, by: Surveyed, survey_id: SurveyPath) -> SurveyShown:
    """Show one survey.

    Visar en enkät.
    """
    return SurveyShown.of(questionnaires.show_survey(store, by, survey_id))


@router.get("/surveys/{surveyId}/versions", summary="List the versions of a survey")
def list_versions(
    store: Transaction, by: Surveyed, survey_id: SurveyPath, asked: Annotated[Paging, Query()], links: Linked
) -> Listed[VersionShown]:
    """List the versions of a survey with their questions, the latest first.

    Listar en enkäts versioner med deras frågor, den senaste först.
    """
    return links.page(asked, questionnaires.list_versions(store, by, survey_id, span=asked.span), VersionShown.of)


@router.post("/surveys/{surveyId}/versions", status_code=201, summary="Write the next version of a survey")
def write_version(store: Transaction, by: Coordinator, survey_id: SurveyPath, given: VersionGiven) -> VersionShown:
    """Write the next version of a survey; earlier versions and their answers stay as they are.

    Skriver nästa version av en enkät; tidigare versioner och deras svar förblir som de är.
    """
    questions = [question.stored() for question in given.questions]
    return VersionShown.of(questionnaires.write_version(store, by, survey_id, questions))
