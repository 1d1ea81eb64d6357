"""Repeats: a form that is sent twice, such as by a double click, has its effect once.

Each form has a key of its own in a hidden field. The answer that leads on from it is stored in the transaction of its
effect; a second copy waits for the first and is led to the same place. A page that says what is wrong is not stored:
nothing has been done, and the same form with other fields is another one.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from placement.callers import Caller
from placement.store import idempotency
from placement_api.idempotency import AnsweredBeforeError, Repeatable, store_answer
from placement_api.pages.forms import File
from placement_api.signing_in.browsers import CSRF_FIELD, page_before

FIELD = "once"
SENT_BEFORE = "sent-before"
"""What is told to whoever sends a form again whose answer showed what is shown only once."""
_ASKED = "placement.form"
_ONCE = "placement.shown_once"


def new_key() -> str:
    """Return a key for one form of one page."""
    return secrets.token_urlsafe(9)


def recall(request: Request, store: Session, by: Caller, fields: Mapping[str, str], files: Mapping[str, File]) -> None:
    """Let a form that has a key be kept with its answer.

    Raises:
        AnsweredBeforeError: the same form has been answered.

    """
    if not fields.get(FIELD):
        return
    sent = [part for name, value in sorted(fields.items()) if name != CSRF_FIELD for part in (name, value)]
    held = [part for name, file in sorted(files.items()) for part in (name, file.name, file.content)]
    call = idempotency.digest(request.url.path, request.url.query, *sent, *held)
    name = idempotency.name_of(by, f"form {call}")
    answer = idempotency.recall(store, name, call, waits=True)
    if answer is not None:
        raise AnsweredBeforeError(answer)
    request.scope[_ASKED] = Repeatable(store, name, call)


def shown_once(request: Request) -> None:
    """Note that a form's answer shows what is not stored: who sends it again is told that it was sent before."""
    request.scope[_ONCE] = True


def store_leading_on(request: Request, response: Response) -> None:
    """Store the answer of a form that has a key, if it leads on or shows what is not stored."""
    repeatable: Repeatable | None = request.scope.get(_ASKED)
    kept = _told_again(request) if request.scope.get(_ONCE) else response
    if repeatable is not None and kept.status_code == 303:  # noqa: PLR2004 (see other: what forms lead on by)
        store_answer(repeatable, kept)


def _told_again(request: Request) -> Response:
    """Return what leads back to the page that had the form, and tells that it was sent before."""
    page = page_before(request)
    return RedirectResponse(f"{page}{'&' if '?' in page else '?'}done={SENT_BEFORE}", 303)
