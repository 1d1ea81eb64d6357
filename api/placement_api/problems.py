"""Problems: every response with status 400 or above is a problem document (RFC 9457), in the caller's language.

The table in ``problem_types`` gives each its HTTP status; the errors themselves know nothing of HTTP.
"""

from __future__ import annotations

import datetime as dt
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
from starlette.types import Receive, Scope, Send

from placement.callers import Role
from placement.errors import Fault, NotFoundError, PlacementError, StaleError, TooSoonError
from placement.identity_numbers import hide_identity_numbers
from placement.printed.pages import Language
from placement.refusals import words_of
from placement.sheets.faults import MOST_FAULTS, CellFault
from placement.sheets.marking import MarkedError
from placement.store.changers import Changer
from placement_api.fields import fields_asked
from placement_api.media_types import XLSX
from placement_api.problem_pages import NO_PAGE, ONLY_SENT_TO, is_for_a_person, language_chosen, problem_page
from placement_api.problem_types import PROBLEM_TYPES
from placement_api.quality import language
from placement_api.schemas.base import Shown
from placement_api.tracing import trace_of
from placement_solver.words import Words

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger(__name__)


_MARKED = {"Content-Disposition": 'attachment; filename="faults.xlsx"'}
_CODE_OF_STATUS = {
    400: "malformed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
}
_MEANWHILE = {
    "in-progress": {"Retry-After": "1"},
    "too-many": {"Retry-After": "5"},
    "too-slow": {"Connection": "close"},
    "unavailable": {"Retry-After": "5"},
    "disk-full": {"Retry-After": "60"},
}
"""Headers that say after how many seconds the same call may succeed, or that what still comes of it is not read."""


class UnauthenticatedError(PlacementError):
    """The caller is unknown: the call shows nothing to know one by, or nothing that is valid.

    The answer is the same for a token that is missing, mistyped, revoked and expired, so that trying tokens out tells
    nothing. ``why`` is said instead to who is signed in at a provider or was in a browser.
    """

    code: ClassVar[str] = "unauthenticated"

    def __init__(self, *, shown: bool, why: Words | None = None) -> None:
        sv = "Anropet har ingen giltig åtkomstnyckel: den saknas, är felskriven, är återkallad eller har gått ut."
        en = "The call has no valid token: it is missing, mistyped, revoked or expired."
        if why is not None:
            told = Words("Åtkomstnyckeln gäller inte. ", "The token is not valid. ") if shown else Words("", "")
            sv, en = told.sv + why.sv, told.en + why.en
        super().__init__(sv=sv, en=en)
        self.challenge = 'Bearer error="invalid_token"' if shown else "Bearer"


class TooOftenError(TooSoonError):
    """A caller has made more calls than it may; after ``wait`` seconds it may make one more."""

    code: ClassVar[str] = "too-often"

    def __init__(self, wait: int) -> None:
        super().__init__(
            wait, sv=f"Du anropar för ofta. Försök igen om {wait} s.", en=f"You call too often. Try again in {wait} s."
        )


class PreconditionRequiredError(PlacementError):
    """A change does not state which version it changes."""

    code: ClassVar[str] = "precondition-required"

    def __init__(self) -> None:
        super().__init__(sv="Huvudet If-Match saknas.", en="The header If-Match is missing.")


class ChangedSinceError(StaleError):
    """A change states a version other than the current one; the answer shows the current one, and who made it.

    ``changer`` is who, if that is somebody of the caller's own organisation (``placement_api.changers``).
    """

    changer: Changer | None = None

    def __init__(self, tag: str, current: Mapping[str, Any]) -> None:
        super().__init__(sv="Raden har en nyare version.", en="The row has a newer version.")
        self.tag = tag
        self.current = current


class FaultShown(Shown):
    """One fault in the call. Ett fel i anropet."""

    detail: str
    pointer: str | None = Field(None, description="JSON Pointer into the body. JSON Pointer till platsen i innehållet.")
    parameter: str | None = Field(
        None,
        description="The parameter, if the fault is not in the body. Parametern, om felet inte finns i innehållet.",
    )
    row: int | None = Field(
        None,
        description="The row of an import, as the file numbers its rows, or from 1 in JSON. "
        "Raden i en inläsning, som filen numrerar sina rader, eller från 1 i JSON.",
    )
    column: str | None = Field(
        None,
        description="The column of an import: its heading as the file has it, or the name of the field. "
        "Kolumnen i en inläsning: rubriken som den står i filen, eller fältets namn.",
    )
    cell: str | None = Field(None, description="The cell of a file, such as C7. Cellen i en fil, till exempel C7.")
    value: str | None = Field(None, description="The value, unless it is protected. Värdet, om det inte är skyddat.")


class Problem(Shown):
    """What went wrong (RFC 9457). Vad som gick fel."""

    type: str = Field(
        description="The address of a text that explains the problem type. "
        "Adressen till en text som förklarar feltypen."
    )
    title: str
    status: int
    detail: str
    instance: str = Field(description="The number of this occurrence. Numret på just detta fel.")
    trace: str = Field(description="The trace-id of the call (traceparent). Anropets trace-id (traceparent).")
    errors: list[FaultShown]
    current: dict[str, Any] | None = Field(
        None, description="The current version of the row (412). Radens nuvarande version (412)."
    )
    changed_by: str | None = Field(
        None,
        description="Who changed the row (412): what their access is called. Only if they are of the caller's own "
        "organisation. Vem som ändrade raden (412): vad dennes åtkomst heter. Bara inom den egna organisationen.",
    )
    changed_at: dt.datetime | None = Field(
        None,
        description="When they did (412), together with changedBy. När det skedde (412), tillsammans med changedBy.",
    )


def language_of(request: Request) -> Language:
    """Return the language that the caller prefers: ``sv`` or ``en``; that of the pages to somebody at a browser."""
    if is_for_a_person(request):
        return language_chosen(request)
    return language(request.headers.get("accept-language", ""))


def _answer(
    request: Request,
    code: str,
    detail: str,
    errors: Sequence[FaultShown] = (),
    headers: Mapping[str, str] | None = None,
    current: Mapping[str, Any] | None = None,
    changer: Changer | None = None,
) -> Response:
    """Answer with a problem document, or as a page to somebody who sits at a browser."""
    problem_type = PROBLEM_TYPES[code]
    problem = Problem(
        type=f"/problems/{code}",
        title=problem_type.title[language_of(request)],
        status=problem_type.status,
        detail=hide_identity_numbers(detail),
        instance=uuid.uuid4().urn,
        trace=trace_of(request),
        errors=[_discreet(fault) for fault in errors],
        current=None if current is None else dict(current),
        changed_by=None if changer is None else _called(request, changer.name),
        changed_at=None if changer is None else changer.at,
    )
    if problem_type.status >= 500:  # noqa: PLR2004 (from 500 on, the fault is the service's)
        told = request.method, request.url.path, problem_type.status, problem.instance, problem.trace
        _LOG.error("%s %s: %s %s trace %s", *told)
    told_headers = {"Content-Language": language_of(request), "Vary": "Accept-Language", **(headers or {})}
    if is_for_a_person(request):
        opened_a_form = code == "method-not-allowed" and request.method == "GET"
        return problem_page(
            request,
            language_of(request),
            status=problem.status,
            title=_spoken(request, NO_PAGE) if opened_a_form else problem.title,
            detail=_spoken(request, ONLY_SENT_TO) if opened_a_form else problem.detail,
            faults=[fault.detail for fault in problem.errors],
            instance=problem.instance,
            headers=told_headers,
        )
    body = json.dumps(problem.model_dump(mode="json", by_alias=True, exclude_none=True), ensure_ascii=False)
    return Response(
        body.encode("utf-8", "replace"),  # a detail may repeat invalid characters from the call
        status_code=problem_type.status,
        headers=told_headers,
        media_type=MEDIA_TYPE,
    )


def _called(request: Request, label: str) -> str:
    """Return what an access is called, in the words of its role if it is called nothing else."""
    return _spoken(request, Role(label).words) if label in set(Role) else label


def _discreet(fault: FaultShown) -> FaultShown:
    """Return a fault that repeats no personal identity number, such as one that a field was named by."""
    texts = {name: value for name, value in fault if isinstance(value, str)}
    return fault.model_copy(update={name: hide_identity_numbers(text) for name, text in texts.items()})


async def answer_error(request: Request, error: Exception) -> Response:
    """Answer one of the service's own errors."""
    assert isinstance(error, PlacementError)  # noqa: S101 (registered for these alone)
    headers: Mapping[str, str] = {}
    current, changer = None, None
    if isinstance(error, MarkedError):
        return Response(error.marked, PROBLEM_TYPES[error.code].status, media_type=XLSX, headers=_MARKED)
    match error:
        case UnauthenticatedError():
            headers = {"WWW-Authenticate": error.challenge}
        case TooSoonError():
            headers = {"Retry-After": str(error.wait)}
        case ChangedSinceError():
            headers, current, changer = {"ETag": error.tag}, error.current, error.changer
        case _:
            headers = _MEANWHILE.get(error.code, {})
    detail = error.sv if language_of(request) == "sv" else error.en
    if isinstance(error, NotFoundError) and is_for_a_person(request):
        detail = PROBLEM_TYPES[error.code].text[language_of(request)]  # a page repeats nothing of an address
    faults = [_shown(fault, language_of(request)) for fault in error.faults]
    return _answer(request, error.code, detail, faults, headers, current, changer)


def _shown(fault: Fault, language: str) -> FaultShown:
    """Return a fault as it is shown, with row, column and value if it is in a sheet."""
    detail = fault.words.sv if language == "sv" else fault.words.en
    if isinstance(fault, CellFault):
        shown = FaultShown(detail=detail, pointer=fault.pointer)
        return shown.model_copy(
            update={"row": fault.row or None, "column": fault.column, "value": fault.value, "cell": fault.cell}
        )
    if fault.pointer.startswith("?"):
        return FaultShown(detail=detail, parameter=fault.pointer[1:])
    return FaultShown(detail=detail, pointer=_in_camel_case(fault.pointer))


def _in_camel_case(pointer: str) -> str:
    """Rename the fields of a pointer from the database's names to the API's."""
    return "/".join(to_camel(part) for part in pointer.split("/"))


async def answer_http_error(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: an unknown address or method, or an unreadable body."""
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for these alone)
    code = _CODE_OF_STATUS[error.status_code]
    headers = {"Allow": ", ".join(_methods_at(request))} if code == "method-not-allowed" else error.headers
    return _answer(request, code, PROBLEM_TYPES[code].text[language_of(request)], headers=headers)


async def refuse(scope: Scope, receive: Receive, send: Send, error: PlacementError | HTTPException) -> None:
    """Answer a request that the application itself is not asked to answer."""
    told = answer_error if isinstance(error, PlacementError) else answer_http_error
    answer = await told(Request(scope), error)
    await answer(scope, receive, send)


def _methods_at(request: Request) -> list[str]:
    """Return every method that the address supports; the framework names those of one route only.

    An address that is a route's as it stands is not also that of a row whose id is its last word.
    """
    methods: dict[bool, set[str]] = {True: set(), False: set()}
    for route in iter_route_contexts(request.app.routes):
        if route.path is not None and compile_path(route.path)[0].match(request.url.path):
            methods[route.path == request.url.path] |= route.methods or set()
    return sorted(methods[True] or methods[False])


async def _answer_invalid(request: Request, error: Exception) -> Response:
    """Answer a request that does not match its schema, with the place of every fault."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 (registered for these alone)
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return _answer(
            request, "malformed", PROBLEM_TYPES["malformed"].text[language_of(request)], [_misread(request, error)]
        )
    shown = [_located(fault["loc"], _told(request, fault)) for fault in faults[:MOST_FAULTS]]
    return _answer(request, "invalid", PROBLEM_TYPES["invalid"].text[language_of(request)], shown)


def _misread(request: Request, error: RequestValidationError) -> FaultShown:
    """Return where a body stops being JSON, as a line and a character in it, both counted from 1."""
    before = str(error.body)[: error.errors()[0]["loc"][1]]
    line, character = before.count("\n") + 1, len(before) - before.rfind("\n")
    where = Words(
        f"innehållet är inte JSON från rad {line}, tecken {character}",
        f"the body is not JSON from line {line}, character {character}",
    )
    return FaultShown(detail=_spoken(request, where), pointer="")


def _told(request: Request, fault: Mapping[str, Any]) -> str:
    """Say what is wrong with one value of a call."""
    return _spoken(request, words_of(fault, fields_asked(request, fault["loc"])))


def _spoken(request: Request, words: Words) -> str:
    """Return the text in the language that the caller prefers."""
    return words.sv if language_of(request) == "sv" else words.en


def _located(place: Sequence[str | int], detail: str) -> FaultShown:
    """Return a fault with its place: a JSON Pointer into the body, or a parameter's name."""
    kind, *path = place
    if kind == "body":
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
        return FaultShown(detail=detail, pointer="".join(f"/{step}" for step in steps))
    return FaultShown(detail=detail, parameter=".".join(str(step) for step in path))


async def _answer_unexpected(request: Request, _error: Exception) -> Response:
    """Answer an unexpected error; the answer has only the number under which it is logged."""
    return _answer(request, "internal", PROBLEM_TYPES["internal"].text[language_of(request)])


def answer_problems(app: FastAPI) -> None:
    """Make an application answer every error with a problem document."""
    app.add_exception_handler(PlacementError, answer_error)
    app.add_exception_handler(HTTPException, answer_http_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(Exception, _answer_unexpected)
