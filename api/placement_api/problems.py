"""Problems: every answer from 400 on is a problem document (RFC 9457), in the caller's language.

The table of ``kinds`` says which status each becomes; the errors themselves know nothing of HTTP.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import Field
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from placement.errors import Fault, PlacementError, StaleError
from placement.sheets.faults import CellFault
from placement_api.problem_types import PROBLEM_TYPES
from placement_api.quality import language
from placement_api.schemas.base import Shown
from placement_api.tracing import HEADER as TRACEPARENT
from placement_api.tracing import trace_of, traceparent_of

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger(__name__)


_CODE_OF_STATUS = {
    400: "malformed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
}
_RETRY_AFTER = {"in-progress": "1", "too-many": "5", "unavailable": "5"}
"""After so many seconds the same call may succeed."""


class UnauthenticatedError(PlacementError):
    """Nobody known asks: no token was shown, or one that is unknown, wrong or revoked."""

    code: ClassVar[str] = "unauthenticated"

    def __init__(self, *, shown: bool) -> None:
        super().__init__(
            sv="Polletten gäller inte." if shown else "Ingen pollett visades.",
            en="The token is not valid." if shown else "No token was shown.",
        )
        self.challenge = 'Bearer error="invalid_token"' if shown else "Bearer"


class PreconditionRequiredError(PlacementError):
    """A change came without the version it is a change of."""

    code: ClassVar[str] = "precondition-required"

    def __init__(self) -> None:
        super().__init__(sv="Huvudet If-Match saknas.", en="The header If-Match is missing.")


class ChangedSinceError(StaleError):
    """A change came for another version than the current one, which is shown."""

    def __init__(self, tag: str, current: Mapping[str, Any]) -> None:
        super().__init__(sv="Raden har en annan version nu.", en="The row has another version now.")
        self.tag = tag
        self.current = current


class FaultShown(Shown):
    """One thing that is wrong. Ett av felen."""

    detail: str
    pointer: str | None = Field(None, description="JSON Pointer into the body. JSON Pointer in i innehållet.")
    parameter: str | None = Field(None, description="The parameter, where it is not in the body. Parametern.")
    row: int | None = Field(None, description="The row of an import; a sheet's heads are row 1. Raden i en inläsning.")
    column: str | None = Field(None, description="The column of an import. Kolumnen i en inläsning.")
    value: str | None = Field(None, description="What stands there, if it may be told. Det som står där.")


class Problem(Shown):
    """What went wrong (RFC 9457). Vad som gick fel."""

    type: str = Field(description="An address that leads to a text. En adress som leder till en text.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The number of this very occurrence. Numret på just denna händelse.")
    trace: str = Field(description="The trace-id of the call (traceparent). Anropets trace-id (traceparent).")
    errors: list[FaultShown]
    current: dict[str, Any] | None = Field(None, description="The current version (412). Den version som gäller.")


def language_of(request: Request) -> str:
    """Return the language of ours that the caller likes best: ``sv`` or ``en``."""
    return language(request.headers.get("accept-language", ""))


def _answer(
    request: Request,
    code: str,
    detail: str,
    errors: Sequence[FaultShown] = (),
    headers: Mapping[str, str] | None = None,
    current: Mapping[str, Any] | None = None,
) -> Response:
    """Write a problem document."""
    problem_type = PROBLEM_TYPES[code]
    problem = Problem(
        type=f"/problems/{code}",
        title=problem_type.title[language_of(request)],
        status=problem_type.status,
        detail=detail,
        instance=uuid.uuid4().urn,
        trace=trace_of(request),
        errors=list(errors),
        current=None if current is None else dict(current),
    )
    if problem_type.status >= 500:  # noqa: PLR2004 (from here on the fault is not the caller's)
        told = request.method, request.url.path, problem_type.status, problem.instance, problem.trace
        _LOG.error("%s %s: %s %s trace %s", *told)
    body = json.dumps(problem.model_dump(by_alias=True, exclude_none=True), ensure_ascii=False)
    return Response(
        body.encode("utf-8", "replace"),  # a caller's broken characters must not break the answer
        status_code=problem_type.status,
        headers={
            "Cache-Control": "no-store",
            "Content-Language": language_of(request),
            "Vary": "Accept-Language",
            "X-Content-Type-Options": "nosniff",
            TRACEPARENT: traceparent_of(request),  # here too: a breakdown is answered outside what names it else
            **(headers or {}),
        },
        media_type=MEDIA_TYPE,
    )


async def _answer_error(request: Request, error: Exception) -> Response:
    """Answer one of the service's own errors."""
    assert isinstance(error, PlacementError)  # noqa: S101 (registered for these alone)
    headers, current = {}, None
    match error:
        case UnauthenticatedError():
            headers = {"WWW-Authenticate": error.challenge}
        case ChangedSinceError():
            headers, current = {"ETag": error.tag}, error.current
        case _ if error.code in _RETRY_AFTER:
            headers = {"Retry-After": _RETRY_AFTER[error.code]}
    detail = error.sv if language_of(request) == "sv" else error.en
    faults = [_shown(fault) for fault in error.faults]
    return _answer(request, error.code, detail, faults, headers, current)


def _shown(fault: Fault) -> FaultShown:
    """Show a fault, with its cell where it is in a sheet."""
    if isinstance(fault, CellFault):
        shown = FaultShown(detail=fault.detail, pointer=fault.pointer)
        return shown.model_copy(update={"row": fault.row, "column": fault.column, "value": fault.value})
    return FaultShown(detail=fault.detail, pointer=_in_camel_case(fault.pointer))


def _in_camel_case(pointer: str) -> str:
    """Name the store's fields as the API does."""
    return "/".join(to_camel(part) for part in pointer.split("/"))


async def answer_http_error(request: Request, error: Exception) -> Response:
    """Answer what the framework itself refuses: an unknown address or method, an unreadable body."""
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for these alone)
    code = _CODE_OF_STATUS[error.status_code]
    headers = {"Allow": ", ".join(_methods_at(request))} if code == "method-not-allowed" else error.headers
    return _answer(request, code, PROBLEM_TYPES[code].text[language_of(request)], headers=headers)


def _methods_at(request: Request) -> list[str]:
    """Return every method that the address knows; the framework names those of one route only."""
    methods: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if route.path is not None and compile_path(route.path)[0].match(request.url.path):
            methods |= route.methods or set()
    return sorted(methods)


async def _answer_invalid(request: Request, error: Exception) -> Response:
    """Answer a request that does not fit its schema, with the place of every fault."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 (registered for these alone)
    faults = error.errors()
    code = "malformed" if any(fault["type"] == "json_invalid" for fault in faults) else "invalid"
    shown = [_placed(fault["loc"], str(fault["msg"])) for fault in faults]
    return _answer(request, code, PROBLEM_TYPES[code].text[language_of(request)], shown)


def _placed(place: Sequence[str | int], detail: str) -> FaultShown:
    """Say where a fault is: by JSON Pointer in the body, by name among the parameters."""
    kind, *path = place
    if kind == "body":
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
        return FaultShown(detail=detail, pointer="".join(f"/{step}" for step in steps))
    return FaultShown(detail=detail, parameter=".".join(str(step) for step in path))


async def _answer_breakdown(request: Request, _error: Exception) -> Response:
    """Answer what should not have happened, telling nothing but the number under which it is logged."""
    return _answer(request, "internal", PROBLEM_TYPES["internal"].text[language_of(request)])


def answer_problems(app: FastAPI) -> None:
    """Let every error of an application be answered as a problem document."""
    app.add_exception_handler(PlacementError, _answer_error)
    app.add_exception_handler(HTTPException, answer_http_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(Exception, _answer_breakdown)
