"""The pages on which people sign in and out, and the one that says who is signed in; each works without scripts."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from placement.callers import Caller
from placement.clock import now
from placement.database import open_session
from placement.errors import NotAllowedError
from placement.keys import KeysError, keys_of
from placement.printed.pages import Language
from placement.settings import Settings
from placement.signing_in import accounts, links, sessions
from placement.signing_in.provider import CALLBACK, Attempt, Provider
from placement.signing_in.refusing import ProviderError, SignInError
from placement.signing_in.tokens import Claims
from placement.store.access import Span
from placement.store.acting import act_for
from placement.store.tokens import bearer_of, holder_of
from placement_api.pages.forms import NO_TRACE, Sent, Spoken, message
from placement_api.pages.frame import landing, show
from placement_api.pages.holders import names_somebody
from placement_api.pages.leading import forget_wanted, keep_wanted, page_at, wanted_in
from placement_api.pages.terms import nearest_term
from placement_api.problems import language_of
from placement_api.routes.paths import SecretPath
from placement_api.signing_in.browsers import (
    CSRF_FIELD,
    SESSION,
    SIGN_IN,
    forget,
    keep,
    kept_in,
    refuse_other_sites,
    refuse_unmeant,
)
from placement_api.signing_in.homes import home_of
from placement_api.signing_in.identifying import Browser, browser_of, note_browser
from placement_api.tracing import trace_of
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False)

ATTEMPT_SECONDS = 600
"""How long somebody may take at the identity provider."""
LONGEST_ANSWER = 4_000
SHOWN_SESSIONS = 50
_NOT_IN = Words("Du är inte inloggad", "You are not signed in")
_BEGIN_AGAIN = Words(
    "Inloggningen tog för lång tid eller påbörjades i en annan webbläsare. Börja om.",
    "The sign-in took too long or was begun in another browser. Begin again.",
)
_DECLINED = Words(
    "Inloggningstjänsten loggade inte in dig. Börja om, eller vänd dig till samordnaren.",
    "The identity provider did not sign you in. Begin again, or turn to the coordinator.",
)
_NO_PROVIDER = Words(
    "Ingen inloggningstjänst är inkopplad. Be samordnaren om en länk.",
    "No identity provider is connected. Ask the coordinator for a link.",
)
_NOT_DONE = Words("Det är inte gjort", "It has not been done")
Next = Annotated[str, Query(alias="next", max_length=LONGEST_ANSWER)]
Answer = Annotated[str, Query(max_length=LONGEST_ANSWER)]


def _writable(request: Request) -> Iterator[Session]:
    """Open a session that can write, although the identity provider sends people back with a GET."""
    with open_session(request.app.state.engine) as session:
        yield session


Writable = Annotated[Session, Depends(_writable, scope="function")]


@router.get("/")
def show_front(request: Request, store: Transaction) -> Response:
    """Lead whoever is signed in to where their role begins, and everybody else to sign in."""
    browser = browser_of(request, store)
    if browser is None:
        return _lead("/sign-in")
    by = browser.signed_in.by
    act_for(store, by)
    return _lead(landing(by.role, nearest_term(store, by)))


@router.get("/account")
def show_account(request: Request, store: Transaction) -> Response:
    """Show who is signed in, and where; who is not is led to sign in."""
    browser = browser_of(request, store)
    if browser is None:
        return _lead("/sign-in")
    by = browser.signed_in.by
    own = sessions.list_own(store, by, browser.signed_in.session, Span(limit=SHOWN_SESSIONS))
    note_browser(request, browser)
    return _own_page(
        show(
            request, store, by, "account.html", label=_name_in(holder_of(store, by)), browser=browser, sessions=own.rows
        )
    )


@router.get("/sign-in")
def show_sign_in(request: Request, store: Transaction, then: Next = "/") -> Response:
    """Show the ways to sign in; who has done so already is led on."""
    then = page_at(request, then)
    if browser_of(request, store) is not None:
        return _lead(then)
    settings: Settings = request.app.state.settings
    answer = _own_page(
        show(request, store, None, "sign_in.html", then=then, provider=settings.oidc_client_id is not None)
    )
    keep_wanted(request, answer, then)
    return answer


@router.get("/sign-in/provider")
def begin_at_provider(request: Request, then: Next = "/", language: Spoken = None) -> Response:
    """Lead to the identity provider, and remember in this browser what its answer must fit."""
    settings: Settings = request.app.state.settings
    spoken = language or language_of(request)
    if settings.oidc_client_id is None:
        return message(spoken, _NOT_IN, _NO_PROVIDER, 404)
    provider: Provider = request.app.state.provider
    keys = keys_of(settings)
    try:
        address, attempt = provider.begin(page_at(request, then))
    except ProviderError as error:
        return message(spoken, _NOT_IN, Words(error.sv, error.en), 503)
    answer = _lead(address)
    kept = json.dumps({**asdict(attempt), "until": now().timestamp() + ATTEMPT_SECONDS})
    keep(request, answer, SIGN_IN, keys.encrypt(kept), ATTEMPT_SECONDS)
    return answer


@router.get(CALLBACK)
def finish_at_provider(
    request: Request,
    store: Writable,
    code: Answer = "",
    state: Answer = "",
    iss: Annotated[str | None, Query(max_length=LONGEST_ANSWER)] = None,
) -> Response:
    """Let in whoever comes back from the identity provider with the answer to what this browser asked."""
    settings: Settings = request.app.state.settings
    spoken = language_of(request)
    attempt = None if settings.oidc_client_id is None else _attempt_in(request)
    if attempt is None or not hmac.compare_digest(attempt.state.encode(), state.encode("utf-8", "replace")):
        return message(spoken, _NOT_IN, _BEGIN_AGAIN, 400)
    declined = message(spoken, _NOT_IN, _DECLINED, 403)
    answer = _finish(request, store, attempt, code, iss) if code else declined
    forget(request, answer, SIGN_IN)
    return answer


@router.get("/sign-in/links/{secret}")
def show_link(request: Request, store: Writable, secret: SecretPath, language: Spoken = None) -> Response:
    """Show what a link gives and a button; opening it uses nothing up, since mail scanners open addresses too."""
    spoken = language or language_of(request)
    try:
        offered = links.look_at(store, secret)
    except SignInError as error:
        return _refused_by_link(request, store, secret, error, spoken)
    by = bearer_of(store, offered.token.id)
    home = None if by is None else home_of(store, by)
    return _own_page(
        show(
            request,
            store,
            None,
            "sign_in_link.html",
            role=offered.token.role.words,
            home=home,
            label=_name_in(offered.token.label),
        )
    )


@router.post("/sign-in/links/{secret}")
def use_link(request: Request, store: Writable, secret: SecretPath, language: Spoken = None) -> Response:
    """Sign in with a link, once, and lead on to the page that was asked for in this browser, if there is one."""
    settings: Settings = request.app.state.settings
    spoken = language or language_of(request)
    try:
        refuse_other_sites(request)  # nobody is signed in as somebody else by a page of theirs
        made = links.use(store, settings, secret, trace_of(request))
    except NotAllowedError as error:
        return message(spoken, _NOT_IN, Words(error.sv, error.en), 403)
    except SignInError as error:
        return _refused_by_link(request, store, secret, error, spoken)
    answer = _signed_in(request, store, made, wanted_in(request))
    forget_wanted(request, answer)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, store: Transaction, sent: Sent, language: Spoken = None) -> Response:
    """Sign out of this browser."""
    return _sign_out(request, store, sent, language, everywhere=False)


@router.post("/sign-out-everywhere")
def sign_out_everywhere(request: Request, store: Transaction, sent: Sent, language: Spoken = None) -> Response:
    """Sign out of every browser."""
    return _sign_out(request, store, sent, language, everywhere=True)


def _finish(request: Request, store: Session, attempt: Attempt, code: str, issuer: str | None) -> Response:
    """Ask the identity provider who it is, and let in whoever it says has one role here."""
    settings: Settings = request.app.state.settings
    provider: Provider = request.app.state.provider
    keys = keys_of(settings)
    claims: Claims | None = None
    try:
        claims = provider.finish(attempt, code, issuer)
        account = accounts.admit(store, settings, keys, claims, trace_of(request))
    except SignInError as error:
        if claims is not None and error.reason is not None:
            accounts.note_refusal(store, keys, claims, error.reason, trace_of(request))
        return message(language_of(request), _NOT_IN, Words(error.sv, error.en), 403)
    except ProviderError as error:
        return message(language_of(request), _NOT_IN, Words(error.sv, error.en), 503)
    by = _acting(request, bearer_of(store, account.token_id))
    secret = sessions.begin(store, by, settings, token=account.token_id, account=account.id)
    return _signed_in(request, store, secret, attempt.then)


def _signed_in(request: Request, store: Session, secret: str, then: str) -> Response:
    """Lead on with a new session in the browser; the one that it had before ends."""
    settings: Settings = request.app.state.settings
    before = kept_in(request, SESSION)
    old = sessions.find(store, settings, before) if before else None
    if old is not None:
        sessions.end(store, _acting(request, old.by), old.session)
    answer = _lead(then)
    keep(request, answer, SESSION, secret, settings.session_hours * 3_600)
    return answer


def _sign_out(request: Request, store: Session, sent: Sent, language: Language | None, *, everywhere: bool) -> Response:
    """End the browser's session, or every one of the same person; without a session there is nothing left to do."""
    browser: Browser | None = browser_of(request, store)
    if browser is not None:
        try:
            refuse_unmeant(request, browser.secret, sent.get(CSRF_FIELD))
        except NotAllowedError as error:
            return message(language or language_of(request), _NOT_DONE, Words(error.sv, error.en), 403)
        by = _acting(request, browser.signed_in.by)
        (sessions.end_everywhere if everywhere else sessions.end)(store, by, browser.signed_in.session)
    answer = _lead("/sign-in")
    forget(request, answer, SESSION)
    return answer


def _attempt_in(request: Request) -> Attempt | None:
    """Return the sign-in that this browser has begun, if it is not too long ago."""
    keys, kept = keys_of(request.app.state.settings), kept_in(request, SIGN_IN)
    try:
        told = json.loads(keys.decrypt(kept)) if kept else {"until": 0.0}
    except KeysError:
        return None
    if told.pop("until") < now().timestamp():
        return None
    return Attempt(**told)


def _refused_by_link(request: Request, store: Session, secret: str, error: SignInError, spoken: Language) -> Response:
    """Say why a link lets nobody in, and keep that somebody came with it."""
    links.note_refusal(store, secret, error, trace_of(request))
    return message(spoken, _NOT_IN, Words(error.sv, error.en), 404)


def _name_in(label: str) -> str | None:
    """Return what an access is called, if that says more than its role."""
    return label if names_somebody(label) else None


def _acting(request: Request, by: Caller | None) -> Caller:
    """Return who acts, with the trace of the call."""
    assert by is not None  # noqa: S101 (whoever is let in has an access)
    return replace(by, trace=trace_of(request))


def _lead(address: str) -> Response:
    """Lead the browser on."""
    return RedirectResponse(address, 303, headers={**NO_TRACE, "Referrer-Policy": "no-referrer"})


def _own_page(answer: Response) -> Response:
    """Let a page be kept nowhere, and its forms tell our own site, and no other, where they come from."""
    answer.headers.update({**NO_TRACE, "Vary": "Accept-Language, Cookie", "Referrer-Policy": "same-origin"})
    return answer
