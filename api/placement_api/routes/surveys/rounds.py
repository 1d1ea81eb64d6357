"""Routes of survey rounds: planned, opened, reminded of and closed, and the links by which they are answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.sheets.writing import Sheet, write_csv
from placement.surveys import answering, inviting, rounds
from placement_api.callers import Coordinator, Party, Surveyed
from placement_api.idempotency import keep_instead
from placement_api.media_types import CSV
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import SecretPath, SurveyRoundPath
from placement_api.schemas.surveys.rounds import (
    AnswersGiven,
    LinksAsked,
    LinksGiven,
    LinkShown,
    LinksShown,
    RoundChange,
    RoundFilter,
    RoundGiven,
    RoundShown,
    SurveyFormShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["surveys"])

_PAGE = "show_survey_form"
"""The name of the page at which a link is answered, in `placement_api.pages.surveys`."""


@router.get("/survey-rounds", summary="List survey rounds")
def list_rounds(
    store: Transaction, by: Surveyed, asked: Annotated[RoundFilter, Query()], links: Linked
) -> Listed[RoundShown]:
    """List the survey rounds, the latest to open first.

    Listar enkätomgångarna, den som öppnar senast först.
    """
    found = rounds.list_rounds(
        store, by, survey=asked.survey_id, term=asked.term_id, status=asked.status, span=asked.span
    )
    return links.page(asked, found, RoundShown.of)


@router.post("/survey-rounds", status_code=201, summary="Plan a survey round")
def plan_round(store: Transaction, by: Coordinator, given: RoundGiven, response: Response) -> RoundShown:
    """Plan to ask a version of a survey about a term.

    Planerar att ställa en version av en enkät om en termin.
    """
    shown = RoundShown.of(rounds.plan_round(store, by, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/survey-rounds/{shown.id}"
    return shown


@router.get("/survey-rounds/{roundId}", summary="Show a survey round")
def show_round(store: Transaction, by: Surveyed, round_id: SurveyRoundPath, response: Response) -> RoundShown:
    """Show one survey round.

    Visar en enkätomgång.
    """
    shown = RoundShown.of(rounds.show_round(store, by, round_id))
    tag(response, shown)
    return shown


@router.patch("/survey-rounds/{roundId}", summary="Change the days of a survey round")
def change_round(
    store: Transaction,
    by: Coordinator,
    round_id: SurveyRoundPath,
    change: RoundChange,
    expected: IfMatch,
    response: Response,
) -> RoundShown:
    """Change the days of a survey round that is not closed.

    Ändrar dagarna för en enkätomgång som inte är stängd.
    """
    expected.hold(RoundShown.of(rounds.show_round(store, by, round_id)))
    shown = RoundShown.of(rounds.change_round(store, by, round_id, change.changes()))
    tag(response, shown)
    return shown


@router.delete("/survey-rounds/{roundId}", status_code=204, summary="Remove a survey round")
def drop_round(store: Transaction, by: Coordinator, round_id: SurveyRoundPath, expected: IfMatch) -> None:
    """Remove a survey round that has not been opened.

    Tar bort en enkätomgång som inte har öppnats.
    """
    expected.hold(RoundShown.of(rounds.show_round(store, by, round_id)))
    rounds.drop_round(store, by, round_id)


@router.post("/survey-rounds/{roundId}/openings", status_code=201, summary="Open a survey round")
def open_round(store: Transaction, by: Coordinator, round_id: SurveyRoundPath, response: Response) -> RoundShown:
    """Open a survey round: those whom it concerns are invited, and the links can be handed on.

    Öppnar en enkätomgång: de som den rör bjuds in, och länkarna kan lämnas vidare.
    """
    shown = RoundShown.of(rounds.open_round(store, by, round_id))
    tag(response, shown)
    return shown


@router.post("/survey-rounds/{roundId}/reminders", status_code=201, summary="Remind of a survey round")
def remind_of_round(store: Transaction, by: Coordinator, round_id: SurveyRoundPath) -> RoundShown:
    """Remind everybody in the feed that a survey round closes soon; who has answered is not told.

    Påminner alla i händelseflödet om att en enkätomgång snart stänger; vem som har svarat berättas inte.
    """
    return RoundShown.of(rounds.remind_of_round(store, by, round_id))


@router.post("/survey-rounds/{roundId}/closings", status_code=201, summary="Close a survey round")
def close_round(store: Transaction, by: Coordinator, round_id: SurveyRoundPath, response: Response) -> RoundShown:
    """Close a survey round for good: its figures are made, once, and its invitations are removed.

    Stänger en enkätomgång för gott: siffrorna räknas fram, en gång, och inbjudningarna tas bort.
    """
    shown = RoundShown.of(rounds.close_round(store, by, round_id))
    tag(response, shown)
    return shown


@router.post(
    "/survey-rounds/{roundId}/links",
    status_code=201,
    summary="Take the links of a survey round",
    response_model=LinksShown,
    responses={
        201: {
            "description": "The links, as JSON or CSV. Länkarna, som JSON eller CSV.",
            "content": {CSV: {"schema": {"type": "string"}}},
        }
    },
)
def hand_out_links(
    request: Request,
    store: Transaction,
    by: Party,
    round_id: SurveyRoundPath,
    given: LinksGiven,
    asked: Annotated[LinksAsked, Query()],
) -> LinksShown | Response:
    """Make the links that the caller hands on: to its students, or the municipality's own. They are shown only now.

    Gör de länkar som anroparen lämnar vidare: till sina studenter, eller kommunens egen. De visas bara nu.
    """
    made = inviting.hand_out_links(store, by, round_id, renew=given.renew)
    shown = LinksShown(links=[LinkShown.of(link, _address_of(request, link.secret)) for link in made])
    without = LinksShown(links=[LinkShown.of(link, None) for link in made])
    if asked.format == "json":
        keep_instead(request, without)
        return shown
    keep_instead(request, _sheet_of(without))
    headers = {"Content-Disposition": 'attachment; filename="survey-links.csv"'}
    return Response(_sheet_of(shown), 201, headers, f"{CSV}; charset=utf-8")


def _address_of(request: Request, secret: str) -> str:
    """Return the address of the page at which a link is answered."""
    return str(request.url_for(_PAGE, secret=secret))


def _sheet_of(shown: LinksShown) -> bytes:
    """Write links as a sheet."""
    heads = [field.alias or name for name, field in LinkShown.model_fields.items()]
    return write_csv(Sheet(heads, [list(link.model_dump().values()) for link in shown.links]))


@router.get("/survey-links/{secret}", summary="Show what a link asks")
def show_form(store: Transaction, secret: SecretPath) -> SurveyFormShown:
    """Show the questions of a link that has been handed on, without a token. Nothing is noted of it.

    Visar frågorna för en länk som har lämnats vidare, utan åtkomstnyckel. Inget antecknas om det.
    """
    return SurveyFormShown.of(answering.open_form(store, secret))


@router.post("/survey-links/{secret}/answers", status_code=204, summary="Answer a survey by a link")
def answer(store: Transaction, secret: SecretPath, given: AnswersGiven) -> None:
    """Answer a survey, once for each link, without a token; a repeated call is told that the answer has come in.

    Besvarar en enkät, en gång för varje länk, utan åtkomstnyckel; ett upprepat anrop får veta att svaret har kommit in.
    """
    answering.answer(store, secret, given.answers)
