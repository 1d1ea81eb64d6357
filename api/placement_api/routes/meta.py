"""Routes of the service itself, open to everyone: version, health, and the text of each problem type."""

from __future__ import annotations

import secrets
from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.security.utils import get_authorization_scheme_param
from prometheus_client import CONTENT_TYPE_LATEST

from placement.errors import NotFoundError
from placement.watching.checks import hold_ready
from placement_api.problem_types import PROBLEM_TYPES
from placement_api.problems import UnauthenticatedError, language_of
from placement_api.schemas.meta import ApiInfo, Health
from placement_api.transactions import Transaction
from placement_api.watching.metrics import write_metrics

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
def show_readiness(_turn: Transaction, request: Request) -> Health:
    """Answer that database, tables, disk, keys, worker and courier are in order; otherwise 503 with what is not.

    Visar att databas, tabeller, disk, nycklar, arbetsprocess och utskick är i ordning; annars 503 med vad som är fel.
    """
    hold_ready(request.app.state.engine, request.app.state.settings)
    return Health(status="ok")


@router.get("/metrics", include_in_schema=False)
def show_metrics(request: Request) -> Response:
    """Show figures to whoever has the token that the settings name; without one in the settings there is no such page.

    Visar mätvärden för den som har nyckeln som inställningarna anger; utan en sådan finns sidan inte.
    """
    token = request.app.state.settings.metrics_token
    if token is None:
        raise NotFoundError("/metrics")
    scheme, shown = get_authorization_scheme_param(request.headers.get("authorization"))
    right = secrets.compare_digest(shown.encode(), token.get_secret_value().encode())
    if scheme.lower() != "bearer" or not right:
        raise UnauthenticatedError(shown=bool(shown))
    return Response(write_metrics(request.app.state.engine), media_type=CONTENT_TYPE_LATEST)


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
