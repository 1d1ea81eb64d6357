"""Problems: every answer from 400 on is a problem document (RFC 9457), in the caller's language.

The table says which status each kind of error becomes; the errors themselves know nothing of HTTP.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import Field
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from placement.errors import Fault, PlacementError, StaleError
from placement.idempotency import InProgressError
from placement.sheets.faults import CellFault
from placement_api.quality import language
from placement_api.schemas.base import Shown
from placement_api.tracing import HEADER as TRACEPARENT
from placement_api.tracing import trace_of, traceparent_of

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its stable code, its status, its title and a text that helps, in two languages."""

    code: str
    status: int
    title: Mapping[str, str]
    text: Mapping[str, str]


def _kind(code: str, status: int, sv: tuple[str, str], en: tuple[str, str]) -> Kind:
    """Write a row of the table: title and text in Swedish, then in English."""
    return Kind(code, status, {"sv": sv[0], "en": en[0]}, {"sv": sv[1], "en": en[1]})


KINDS = {
    kind.code: kind
    for kind in (
        _kind(
            "malformed",
            400,
            ("Anropet går inte att läsa", "Innehållet är inte JSON. Se errors för platsen."),
            ("The request cannot be read", "The body is not JSON. See errors for the place."),
        ),
        _kind(
            "unauthenticated",
            401,
            ("Vem frågar?", "Skicka huvudet Authorization: Bearer med en giltig pollett från samordnaren."),
            (
                "Who is asking?",
                "Send the header Authorization: Bearer with a valid token from the coordinator.",
            ),
        ),
        _kind(
            "not-allowed",
            403,
            (
                "Det får du inte göra",
                "Din roll får inte göra detta; tabellen i api/README.md visar vem som får.",
            ),
            ("You may not do this", "Your role may not do this; the table in api/README.md shows whose may."),
        ),
        _kind(
            "not-found",
            404,
            ("Det finns inte", "Det finns inte, eller är inte ditt att se: svaret är detsamma för båda."),
            ("It is not there", "It is not there, or is not yours to see: the answer is the same for both."),
        ),
        _kind(
            "method-not-allowed",
            405,
            ("Metoden används inte här", "Huvudet Allow räknar upp de metoder som används på adressen."),
            ("The method is not used here", "The header Allow lists the methods that this address knows."),
        ),
        _kind(
            "not-acceptable",
            406,
            (
                "Svaret finns inte i den formen",
                "Inget av det som Accept räknar upp kan besvaras; application/json finns nästan överallt.",
            ),
            (
                "The answer has no such form",
                "Nothing that Accept lists can be answered; application/json can nearly everywhere.",
            ),
        ),
        _kind(
            "conflict",
            409,
            (
                "Det går inte som läget är",
                "Det finns redan, används av något annat eller har hunnit bli något annat.",
            ),
            (
                "It cannot be done as things stand",
                "It exists already, is in use, or has become something else.",
            ),
        ),
        _kind(
            "in-progress",
            409,
            (
                "Samma anrop pågår redan",
                "Ett anrop med samma Idempotency-Key pågår. Försök igen efter så många sekunder som Retry-After säger.",
            ),
            (
                "The same call is under way",
                "A call with the same Idempotency-Key is under way. Retry after as many seconds as Retry-After says.",
            ),
        ),
        _kind(
            "stale",
            412,
            (
                "Någon annan hann före",
                "Raden har ändrats sedan du läste den; current visar den. Ändra och försök igen.",
            ),
            (
                "Someone else was first",
                "The row has changed since you read it; current shows it. Change and retry.",
            ),
        ),
        _kind(
            "too-large",
            413,
            ("Innehållet är för stort", "Ett anrop får vara högst en miljon byte, en inläsning tio. Dela upp det."),
            ("The body is too large", "A request may be a million bytes at most, an import ten. Divide it."),
        ),
        _kind(
            "unsupported-media-type",
            415,
            (
                "Innehållet har fel form",
                "Huvudet Content-Type ska vara en av de medietyper som huvudet Accept i svaret räknar upp.",
            ),
            (
                "The body has a wrong form",
                "The header Content-Type must be one of the media types that the answer's header Accept lists.",
            ),
        ),
        _kind(
            "invalid",
            422,
            (
                "Något som angavs är fel",
                "Vart och ett av felen i errors pekar ut sin plats med en JSON Pointer.",
            ),
            ("Something given is wrong", "Each of the errors points out its place with a JSON Pointer."),
        ),
        _kind(
            "key-reused",
            422,
            (
                "Nyckeln har använts för något annat",
                "Samma Idempotency-Key har använts för ett annat anrop. Ge varje nytt anrop en egen nyckel.",
            ),
            (
                "The key has been used for something else",
                "The same Idempotency-Key has been used for another call. Give each new call a key of its own.",
            ),
        ),
        _kind(
            "precondition-required",
            428,
            (
                "Säg vilken version du ändrar",
                "Skicka huvudet If-Match med den ETag som raden hade när du läste den.",
            ),
            (
                "Say which version you change",
                "Send the header If-Match with the ETag that the row had when you read it.",
            ),
        ),
        _kind(
            "internal",
            500,
            (
                "Något gick fel hos oss",
                "Felet är vårt och står i loggen under instance. Hör av dig med det numret.",
            ),
            (
                "Something went wrong here",
                "The fault is ours, logged under instance. Please report that number.",
            ),
        ),
        _kind(
            "unavailable",
            503,
            (
                "Tjänsten svarar inte just nu",
                "Försök igen efter så många sekunder som huvudet Retry-After säger.",
            ),
            (
                "The service does not answer now",
                "Retry after as many seconds as the header Retry-After says.",
            ),
        ),
    )
}
_CODE_OF_STATUS = {
    400: "malformed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
}


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
    kind = KINDS[code]
    problem = Problem(
        type=f"/problems/{code}",
        title=kind.title[language_of(request)],
        status=kind.status,
        detail=detail,
        instance=uuid.uuid4().urn,
        trace=trace_of(request),
        errors=list(errors),
        current=None if current is None else dict(current),
    )
    if kind.status >= 500:  # noqa: PLR2004 (from here on the fault is not the caller's)
        told = request.method, request.url.path, kind.status, problem.instance, problem.trace
        _LOG.error("%s %s: %s %s trace %s", *told)
    body = json.dumps(problem.model_dump(by_alias=True, exclude_none=True), ensure_ascii=False)
    return Response(
        body.encode("utf-8", "replace"),  # a caller's broken characters must not break the answer
        status_code=kind.status,
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
        case InProgressError():
            headers = {"Retry-After": "1"}
        case _ if error.code == "unavailable":
            headers = {"Retry-After": "5"}
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
    return _answer(request, code, KINDS[code].text[language_of(request)], headers=headers)


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
    return _answer(request, code, KINDS[code].text[language_of(request)], shown)


def _placed(place: Sequence[str | int], detail: str) -> FaultShown:
    """Say where a fault is: by JSON Pointer in the body, by name among the parameters."""
    kind, *path = place
    if kind == "body":
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
        return FaultShown(detail=detail, pointer="".join(f"/{step}" for step in steps))
    return FaultShown(detail=detail, parameter=".".join(str(step) for step in path))


async def _answer_breakdown(request: Request, _error: Exception) -> Response:
    """Answer what should not have happened, telling nothing but the number under which it is logged."""
    return _answer(request, "internal", KINDS["internal"].text[language_of(request)])


def answer_problems(app: FastAPI) -> None:
    """Let every error of an application be answered as a problem document."""
    app.add_exception_handler(PlacementError, _answer_error)
    app.add_exception_handler(HTTPException, answer_http_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(Exception, _answer_breakdown)
