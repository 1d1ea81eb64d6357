"""What the API says of itself, open to everybody: version, health, and the text behind every problem."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import PlainTextResponse

from placement.callers import SYSTEM
from placement.errors import NotFoundError
from placement.register import places
from placement.store.access import Span
from placement_api.problem_types import PROBLEM_TYPES
from placement_api.problems import language_of
from placement_api.schemas.meta import ApiInfo, Health
from placement_api.transactions import Transaction

RELEASED = "2026-11-21"
router = APIRouter(tags=["meta"])


@router.get("/v1/api-info", summary="The API itself")
def show_api_info() -> ApiInfo:
    """Show the API's name, version, status, day of release and documentation.

    Visar API:ets namn, version, status, utgivningsdag och dokumentation.
    """
    return ApiInfo(
        name="Placement",
        version=version("placement"),
        status="active",
        released=RELEASED,
        documentation="/docs",
    )


@router.get("/healthz", summary="Is the process alive?")
def show_health() -> Health:
    """Tell that the process answers; it asks nothing of the database.

    Talar om att processen svarar; databasen tillfrågas inte.
    """
    return Health(status="ok")


@router.get("/readyz", summary="Is the service ready?")
def show_readiness(store: Transaction) -> Health:
    """Tell that the database answers and has its tables; otherwise 503.

    Talar om att databasen svarar och har sina tabeller; annars 503.
    """
    places.list_municipalities(store, SYSTEM, span=Span(limit=1))
    return Health(status="ok")


@router.get("/problems/{code}", summary="The text behind a problem", response_class=PlainTextResponse)
def show_problem(
    code: Annotated[str, Path(max_length=64, description="As in `type`. Som i `type`.", examples=["stale"])],
    request: Request,
    response: Response,
) -> str:
    """Explain a kind of problem in the caller's language.

    Förklarar en sorts problem på den frågandes språk.
    """
    problem_type = PROBLEM_TYPES.get(code)
    if problem_type is None:
        raise NotFoundError(code)
    language = language_of(request)
    response.headers["Content-Language"], response.headers["Vary"] = language, "Accept-Language"
    return f"{problem_type.status} {problem_type.title[language]}\n\n{problem_type.text[language]}\n"
