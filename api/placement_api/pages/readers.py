"""Readers: parameter types that state which roles a page lets in; who is not signed in is led to do so.

A page is asked for by a browser that somebody is signed in with, and its forms show the session's own token in a field.
Otherwise its reader is let in as every caller of the API is (``placement_api.callers``), scopes and all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

from placement.callers import Caller
from placement.errors import Fault, InvalidError, NotAllowedError
from placement.identity_numbers import REFUSED, holds_identity_number
from placement.store import access
from placement_api.callers import in_role, known
from placement_api.pages import repeats
from placement_api.pages.forms import KEPT, File, is_form, is_form_with_files, read_form, read_form_with_files
from placement_api.problems import UnauthenticatedError
from placement_api.signing_in.browsers import CSRF_FIELD, READING, shows_own_token
from placement_api.signing_in.identifying import browser_of, note_browser
from placement_api.transactions import Transaction


class UnmeantError(NotAllowedError):
    """A form does not show the session's own token, such as one that was opened in a session that has ended."""

    def __init__(self) -> None:
        super().__init__(sv="Formuläret öppnades i en annan inloggning.", en="The form was opened in another session.")


async def _form_of(request: Request) -> Mapping[str, str]:
    """Return the fields that a form sends; none with a reading.

    Raises:
        InvalidError: a field has a personal identity number.

    """
    if request.method in READING:
        return {}
    if hasattr(request.state, "fields"):  # the call is done again, and its form has been read and checked
        again: Mapping[str, str] = request.state.fields
        return again
    fields = await read_form(request) if is_form(request) else {}
    if is_form_with_files(request):
        fields, request.state.files = await read_form_with_files(request)
    request.state.fields = fields  # for the page that gives them back if they are refused
    return _checked(fields)


def _checked(fields: Mapping[str, str]) -> Mapping[str, str]:
    """Return the fields of a form if none has a personal identity number.

    A file that a page has kept is checked where its rows are read: its bytes as text say nothing, and take a second.
    """
    wrong = [
        Fault(f"/{name}", REFUSED.en, REFUSED.sv)
        for name, value in fields.items()
        if name != KEPT and holds_identity_number(value)
    ]
    if wrong:
        raise InvalidError(*wrong)
    return fields


Fields = Annotated[Mapping[str, str], Depends(_form_of)]


def _files_of(request: Request, _fields: Fields) -> Mapping[str, File]:
    """Return the files that a form sends; none with a form without files."""
    files: Mapping[str, File] = getattr(request.state, "files", {})
    return files


Files = Annotated[Mapping[str, File], Depends(_files_of)]


def _signed_in(request: Request, store: Transaction, fields: Fields, files: Files) -> Caller:
    """Return who is signed in with the browser; a form must show the session's own token."""
    browser = browser_of(request, store)
    if browser is None:
        raise UnauthenticatedError(shown=False)
    note_browser(request, browser)
    if request.method not in READING and not shows_own_token(browser.secret, fields.get(CSRF_FIELD)):
        request.state.caller = browser.signed_in.by
        raise UnmeantError
    by = known(request, store, browser.signed_in.by)
    repeats.recall(request, store, by, fields, files)
    return by


Anyone = Annotated[Caller, Depends(in_role(access.ANYONE, _signed_in))]
Coordinator = Annotated[Caller, Depends(in_role(access.COORDINATORS, _signed_in))]
Institution = Annotated[Caller, Depends(in_role(access.INSTITUTIONS, _signed_in))]
Care = Annotated[Caller, Depends(in_role(access.CARE, _signed_in))]
Provider = Annotated[Caller, Depends(in_role(access.PROVIDERS, _signed_in))]
Party = Annotated[Caller, Depends(in_role(access.PARTIES, _signed_in))]
Planner = Annotated[Caller, Depends(in_role(access.PLANNERS, _signed_in))]
Auditor = Annotated[Caller, Depends(in_role(access.AUDITORS, _signed_in))]
