"""Routes of gaps: what is missing in supervisors' training and in the education levels of university healthcare."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.follow_up import level_gaps, training_gaps
from placement.store.access import EVERY
from placement_api.callers import Anyone, Planner
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.schemas.follow_up.gaps import (
    EducationLevelFilter,
    EducationLevelShown,
    LevelCountsShown,
    LevelGapFilter,
    LevelGapsAsked,
    LevelGapSheet,
    LevelGapShown,
    TrainingGapFilter,
    TrainingGapSheet,
    TrainingGapShown,
)
from placement_api.tabling import SHEET, as_sheet
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["follow-up"])


@router.get("/gap-reports/trainings", summary="List gaps in supervisors' training")
def list_training_gaps(
    request: Request, store: Transaction, by: Planner, asked: Annotated[TrainingGapFilter, Query()], links: Linked
) -> Listed[TrainingGapShown]:
    """List which training the supervisors have, what the coming courses require, and what is missing or expires.

    Listar vilken utbildning handledarna har, vad de kommande kurserna kräver, och vad som saknas eller går ut.
    """
    found, language = training_gaps.list_training_gaps(store, by, asked.asked, asked.span), language_of(request)
    return links.page(asked, found, lambda row: TrainingGapShown.of(row, language))


@router.get(
    "/gap-reports/trainings/sheet",
    summary="Export gaps in supervisors' training",
    response_class=Response,
    responses=SHEET,
)
def sheet_of_training_gaps(
    request: Request, store: Transaction, by: Planner, asked: Annotated[TrainingGapSheet, Query()]
) -> Response:
    """Export which training the supervisors have and what is missing, as CSV or XLSX.

    Tar ut vilken utbildning handledarna har och vad som saknas, som CSV eller XLSX.
    """
    found = training_gaps.list_training_gaps(store, by, asked.asked, EVERY).rows
    return as_sheet(training_gaps.table_of(found), "training-gaps", asked.format, language_of(request))


@router.get("/education-levels", summary="List education levels")
def list_education_levels(
    request: Request, by: Anyone, asked: Annotated[EducationLevelFilter, Query()], links: Linked
) -> Listed[EducationLevelShown]:
    """List the education levels of university healthcare, and where the subject of each is published.

    Listar universitetssjukvårdens utbildningsnivåer, och var ämnet för var och en är publicerat.
    """
    language = language_of(request)
    found = level_gaps.list_education_levels(by, asked.day, asked.span)
    return links.page(asked, found, lambda row: EducationLevelShown.of(row, language))


@router.get("/gap-reports/education-levels", summary="List units by education levels")
def list_level_gaps(
    request: Request, store: Transaction, by: Planner, asked: Annotated[LevelGapFilter, Query()], links: Linked
) -> Listed[LevelGapShown]:
    """List which education levels each unit meets, by what evidence and until when, and where the mark disagrees.

    Listar vilka utbildningsnivåer varje enhet uppfyller, med vilket underlag och hur länge, och var markeringen inte
    stämmer.
    """
    found = level_gaps.list_level_gaps(store, by, day=asked.day, provider=asked.provider_id, span=asked.span)
    language = language_of(request)
    return links.page(asked, found, lambda row: LevelGapShown.of(row, language))


@router.get(
    "/gap-reports/education-levels/sheet",
    summary="Export units by education levels",
    response_class=Response,
    responses=SHEET,
)
def sheet_of_level_gaps(
    request: Request, store: Transaction, by: Planner, asked: Annotated[LevelGapSheet, Query()]
) -> Response:
    """Export which education levels each unit meets, by what evidence and until when, as CSV or XLSX.

    Tar ut vilka utbildningsnivåer varje enhet uppfyller, med vilket underlag och hur länge, som CSV eller XLSX.
    """
    found = level_gaps.list_level_gaps(store, by, day=asked.day, provider=asked.provider_id, span=EVERY).rows
    table = level_gaps.table_of(found, level_gaps.list_education_levels(by, asked.day, EVERY).rows)
    return as_sheet(table, "education-levels", asked.format, language_of(request))


@router.get("/gap-reports/education-level-counts", summary="Count units by education levels")
def count_levels(
    request: Request, store: Transaction, by: Planner, asked: Annotated[LevelGapsAsked, Query()]
) -> LevelCountsShown:
    """Count how many units marked as university healthcare meet each education level, and how many meet all.

    Räknar hur många enheter med universitetssjukvård som uppfyller varje utbildningsnivå, och hur många som når alla.
    """
    counts, gaps = level_gaps.count_levels(store, by, day=asked.day, provider=asked.provider_id)
    return LevelCountsShown.of(counts, gaps, language_of(request))
