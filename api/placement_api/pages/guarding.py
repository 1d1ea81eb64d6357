"""Guarding: a page that is refused says so as a page, and whoever is not signed in is led to sign in.

Whoever sends a form after their session has ended, or while the database is busy, gets it back with all that they
typed, to be sent again.
Whom a page shows is logged, and who is protected is not shown, as for every operation of the API.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from placement.errors import (
    BusyError,
    Fault,
    InvalidError,
    NotFoundError,
    OutageError,
    PlacementError,
    UnavailableError,
)
from placement_api.idempotency import AnsweredBeforeError, answer_again, keep_answers
from placement_api.looking import log_looks, log_looks_at_the_known
from placement_api.pages.fault_words import on_a_page
from placement_api.pages.forms import NO_TRACE, ONLY_THE_SITE, File, UnreadableFormError
from placement_api.pages.frame import show
from placement_api.pages.leading import lead_to_sign_in
from placement_api.pages.readers import UnmeantError
from placement_api.pages.receipts import seal
from placement_api.pages.repeats import store_leading_on
from placement_api.pages.uploads import keep as keep_in_page
from placement_api.pages.uploads import kept_fields
from placement_api.privacy import asks_for_pseudonym
from placement_api.problem_types import PROBLEM_TYPES
from placement_api.problems import UnauthenticatedError
from placement_api.retrying import do_again
from placement_api.shield import shield
from placement_api.signing_in.browsers import CSRF_FIELD, READING, page_before, refuse_other_sites
from placement_solver.words import Words

_AWAY = Words(
    "Tjänsten når inte sin databas just nu. Inget som är sparat är borta. Försök igen om en stund.",
    "The service does not reach its database just now. Nothing that is saved is gone. Try again in a moment.",
)
_UNREADABLE = Words("Formuläret kunde inte läsas", "The form could not be read")
_IN_ADDRESS = Words(
    "sidans adress har något som ser ut som ett personnummer. Personnummer tas aldrig emot, och allra minst i en "
    "adress, som sparas på många ställen. Sök med en pseudonym i stället",
    "the page's address has something that looks like a personal identity number. Such numbers are never accepted, "
    "least of all in an address, which is kept in many places. Search by a pseudonym instead",
)


def guard(router: APIRouter) -> APIRouter:
    """Put around every page of a router what every operation has, and let it say refusals as a page; return it."""
    log_looks_at_the_known(do_again(keep_answers(log_looks(shield(router)), store_leading_on)))
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.get_route_handler = _saying(route.get_route_handler)  # type: ignore[method-assign]
    return router


def _saying(handler: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap a route's handler so that a refusal becomes a page."""

    def get_route_handler() -> Callable[[Request], Awaitable[Response]]:
        answer = handler()

        async def answer_or_say(request: Request) -> Response:
            try:
                if request.method not in READING:
                    refuse_other_sites(request)  # before any form is given back, or another site could fill it in
                response = await _answer_patiently(request, answer)
            except AnsweredBeforeError as error:
                response = await answer_again(request, error)
            except (PlacementError, RequestValidationError, HTTPException) as error:
                return _as_secret(request, await run_in_threadpool(_said, request, error))
            return seal(request, response)

        return answer_or_say

    return get_route_handler


async def _answer_patiently(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Answer a request; one with a file waits twice as long for a busy database, since files are tedious to send."""
    try:
        return await answer(request)
    except BusyError:
        if not getattr(request.state, "files", {}):
            raise
    return await answer(request)


def _as_secret(request: Request, answer: Response) -> Response:
    """Let a page that is answered at a secret address be kept nowhere, and tell nobody that address."""
    if hasattr(request.state, "secret_page"):
        answer.headers.update({**NO_TRACE, "Referrer-Policy": ONLY_THE_SITE})
        del answer.headers["Set-Cookie"]  # the language that is asked for is kept by no browser there
    return answer


def _said(request: Request, error: PlacementError | RequestValidationError | HTTPException) -> Response:
    """Answer with the page that says a refusal, or with the form that was refused."""
    match error:
        case UnmeantError():
            return _given_back(request, error)
        case UnauthenticatedError() | UnavailableError() if hasattr(request.state, "fields"):
            return _given_back(request, error)
        case UnauthenticatedError():
            return lead_to_sign_in(_way_back(request))
        case PlacementError():
            return _refusal(request, error.code, error)
        case HTTPException():
            code = next(code for code, each in PROBLEM_TYPES.items() if each.status == error.status_code)
        case _ if any(asks_for_pseudonym(each) for each in error.errors()):
            return _refusal(request, "invalid", InvalidError(Fault("", _IN_ADDRESS.en, _IN_ADDRESS.sv)))
        case _:
            code = "not-found"
    return _refusal(request, code, None)


def _given_back(request: Request, error: PlacementError) -> Response:
    """Answer with a form that was refused, with all its fields, to be sent again.

    It was refused for its session, and is sent in this one or the next; or for the database, and is sent with the token
    that it had, which nobody has looked at yet.
    """
    why = _words_of(error) if isinstance(error, UnavailableError) else None
    fields = {name: value for name, value in request.state.fields.items() if name != CSRF_FIELD}
    files: Mapping[str, File] = getattr(request.state, "files", {})
    lost = {name: file.name for name, file in files.items() if keep_in_page(file) is None}
    for name in files.keys() - lost.keys():
        fields |= kept_fields(files[name])
    return show(
        request,
        None,
        getattr(request.state, "caller", None),
        "given_back.html",
        status=PROBLEM_TYPES[error.code].status,
        why=why,
        action=_way_back(request),
        back=_page_of_form(request),
        fields=fields,
        token=None if why is None else request.state.fields.get(CSRF_FIELD),
        lost=lost,
        multipart=bool(files),
    )


def _refusal(request: Request, code: str, error: PlacementError | None) -> Response:
    """Answer with a page that says what was refused and why."""
    kind = PROBLEM_TYPES[code]
    return show(
        request,
        None,
        getattr(request.state, "caller", None),
        "refusal.html",
        status=kind.status,
        title=_UNREADABLE if isinstance(error, UnreadableFormError) else Words(kind.title["sv"], kind.title["en"]),
        text=Words(kind.text["sv"], kind.text["en"]) if error is None else _words_of(error),
        faults=[] if error is None else [on_a_page(each.words) for each in error.faults],
        again=_way_back(request) if isinstance(error, UnavailableError) else None,
        back=None if request.method in READING else _page_of_form(request),
    )


def _words_of(error: PlacementError) -> Words:
    """Return what is said of an error; what only those who run the service can mend is not told in their words.

    What is not found is not repeated: it came in an address or a form, which anybody may have written.
    """
    if isinstance(error, NotFoundError):
        told = PROBLEM_TYPES[error.code].text
        return Words(told["sv"], told["en"])
    return _AWAY if isinstance(error, OutageError) else Words(error.sv, error.en)


def _page_of_form(request: Request) -> str:
    """Return the page that had a form; one with a secret address does not tell browsers to send it, and has its own."""
    return getattr(request.state, "secret_page", None) or page_before(request)


def _way_back(request: Request) -> str:
    """Return where to lead whoever has signed in: to the page, or to the one whose form it was."""
    return str(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
