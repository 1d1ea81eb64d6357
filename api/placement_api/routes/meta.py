"""Routes of the service itself, open to everyone: version, health, and the text of each problem type."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import PlainTextResponse

from placement.callers import SYSTEM
from placement.disk import hold_roomy
from placement.errors import DiskFullError, NotFoundError, UnavailableError
from placement.register import municipalities
from placement.store.access import Span
from placement_api.problem_types import PROBLEM_TYPES
from placement_api.problems import language_of
from placement_api.schemas.meta import ApiInfo, Health
from placement_api.transactions import Transaction

RELEASED = "2026-11-21"
router = APIRouter(tags=["meta"])


@router.get("/v1/api-info", summary="Show the API's version and status")
def show_api_info() -> ApiInfo:
    """Show the API's name, version, status, release date and documentation.

    Visar API:ets namn, version, status, utgivningsdatum och dokumentation.
    """
    return ApiInfo(
        name="Placement",
        version=version("placement"),
        status="active",
        released=RELEASED,
        documentation="/docs",
    )


@router.get("/healthz", summary="Check that the service is alive")
def show_health() -> Health:
    """Answer that the process is alive; the database is not checked.

    Visar att processen svarar; databasen kontrolleras inte.
    """
    return Health(status="ok")


@router.get("/readyz", summary="Check that the service is ready")
def show_readiness(store: Transaction, request: Request) -> Health:
    """Answer that the database works, has its tables and has room on its disk; otherwise 503.

    Visar att databasen fungerar, har sina tabeller och har plats på sin disk; annars 503.
    """
    municipalities.list_municipalities(store, SYSTEM, span=Span(limit=1))
    try:
        hold_roomy(request.app.state.engine)
    except DiskFullError as error:
        raise UnavailableError(sv=error.sv, en=error.en) from error
    return Health(status="ok")


@router.get("/problems/{code}", summary="Explain a problem type", response_class=PlainTextResponse)
def show_problem(
    code: Annotated[
        str,
        Path(
            max_length=64,
            description="The last part of a problem's `type`. Sista delen av ett fels `type`.",
            examples=["stale"],
        ),
    ],
    request: Request,
    response: Response,
) -> str:
    """Explain a problem type in the language of Accept-Language.

    Förklarar en feltyp på språket i Accept-Language.
    """
    problem_type = PROBLEM_TYPES.get(code)
    if problem_type is None:
        raise NotFoundError(code)
    language = language_of(request)
    response.headers["Content-Language"], response.headers["Vary"] = language, "Accept-Language"
    return f"{problem_type.status} {problem_type.title[language]}\n\n{problem_type.text[language]}\n"
