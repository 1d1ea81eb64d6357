"""Identifying: who makes a call, by our token, an access token of the identity provider, or a browser's session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import Request
from sqlmodel import Session

from placement.callers import Caller
from placement.database import open_brief_session, open_session
from placement.errors import UnavailableError
from placement.keys import keys_of
from placement.settings import Settings
from placement.signing_in import accounts, sessions
from placement.signing_in.provider import Provider
from placement.signing_in.refusing import SignInError
from placement.signing_in.sessions import SignedIn
from placement.store.tokens import Refused, bearer_of, caller_of
from placement_api.problems import UnauthenticatedError
from placement_api.signing_in.browsers import CSRF_HEADER, READING, SESSION, kept_in, refuse_unmeant
from placement_api.tracing import trace_of
from placement_solver.words import Words

_DOTS_OF_A_JWT = 2
_SIGNED_IN = "placement.signed_in"


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that somebody is signed in with: the session, and the secret in the cookie."""

    signed_in: SignedIn
    secret: str


def identify(request: Request, store: Session, shown: str | None) -> Caller:
    """Return who makes a call: the holder of the token that it shows or, if it shows none, of the browser's session.

    Whoever shows something else than a token (an empty one here) is not asked for a session.

    Raises:
        UnauthenticatedError: nobody that the service knows.
        NotAllowedError: a change by a cookie alone that another site may be behind.

    """
    if shown is None:
        return _by_cookie(request, store)
    settings: Settings = request.app.state.settings
    if settings.oidc_audience is not None and shown.count(".") == _DOTS_OF_A_JWT:
        return _by_provider(request, store, shown, settings.oidc_audience)
    caller = caller_of(store, shown, request.app.state.token_uses)
    if isinstance(caller, Refused):
        raise UnauthenticatedError(shown=True)
    return caller


def is_signed_in(request: Request) -> bool:
    """Tell whether a browser keeps what may be a session; the database is not asked."""
    return kept_in(request, SESSION) is not None


def is_known(request: Request, store: Session, shown: str | None) -> bool:
    """Tell whether what a call shows is valid as far as can be told without changing anything."""
    settings: Settings = request.app.state.settings
    if shown is None:
        return sessions.find(store, settings, kept_in(request, SESSION) or "") is not None
    if settings.oidc_audience is None or shown.count(".") != _DOTS_OF_A_JWT:
        return not isinstance(caller_of(store, shown), Refused)
    provider: Provider = request.app.state.provider
    try:
        provider.read_access_token(shown, settings.oidc_audience)
    except SignInError:
        return False
    return True


def browser_of(request: Request, store: Session) -> Browser | None:
    """Return the browser that makes a call, if somebody is signed in with it, and keep that the session is used."""
    settings: Settings = request.app.state.settings
    secret = kept_in(request, SESSION)
    signed_in = sessions.find(store, settings, secret) if secret else None
    if signed_in is None or secret is None:
        return None
    if sessions.is_due(signed_in.session):
        _note_use(request, store, signed_in)
    return Browser(signed_in, secret)


def note_browser(request: Request, browser: Browser) -> None:
    """Remember by which browser's session a call was identified."""
    request.scope[_SIGNED_IN] = browser


def browser_behind(request: Request) -> Browser | None:
    """Return the browser by whose session a call was identified; None if it showed a token."""
    found: Browser | None = request.scope.get(_SIGNED_IN)
    return found


@contextmanager
def writing(request: Request, store: Session) -> Iterator[Session]:
    """Yield a session that can write: the call's own or, since that of a GET cannot, another."""
    if request.method not in READING:
        yield store
        return
    with open_session(request.app.state.engine) as session:
        yield session


def _by_cookie(request: Request, store: Session) -> Caller:
    """Return who is signed in with the browser; a change must also show the session's own token."""
    browser = browser_of(request, store)
    if browser is None:
        ended = kept_in(request, SESSION) is not None
        raise UnauthenticatedError(shown=False, why=_SESSION_ENDED if ended else None)
    if request.method not in READING:
        refuse_unmeant(request, browser.secret, request.headers.get(CSRF_HEADER))
    note_browser(request, browser)
    return browser.signed_in.by


_SESSION_ENDED = Words("Inloggningen har upphört. Logga in igen.", "The session has ended. Sign in again.")


def _by_provider(request: Request, store: Session, token: str, audience: str) -> Caller:
    """Return who an access token of the identity provider stands for."""
    settings: Settings = request.app.state.settings
    provider: Provider = request.app.state.provider
    keys = keys_of(settings)
    try:
        claims = provider.read_access_token(token, audience)
        known = accounts.caller_if_known(store, settings, keys, claims)
        if known is not None:
            return known
        with writing(request, store) as session:
            account = accounts.admit(session, settings, keys, claims, trace_of(request))
            by = bearer_of(session, account.token_id)
    except SignInError as error:
        raise UnauthenticatedError(shown=True, why=Words(error.sv, error.en)) from error
    assert by is not None  # noqa: S101 (an account that is admitted has an access)
    return by


def _note_use(request: Request, store: Session, signed_in: SignedIn) -> None:
    """Keep that a session is used; no reading waits, and none is refused, because somebody else is writing."""
    if request.method not in READING:
        sessions.note_use(store, signed_in.session)
        return
    try:
        with open_brief_session(request.app.state.engine) as session:
            sessions.note_use(session, signed_in.session)
    except UnavailableError:
        return
