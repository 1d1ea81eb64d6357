"""Routes of sessions: who asks, and the browsers that somebody is signed in with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from placement.signing_in import sessions
from placement.store.tokens import holder_of
from placement_api.callers import Anyone
from placement_api.paging import Linked, Listed
from placement_api.routes.paths import SessionPath
from placement_api.schemas.signing_in.sessions import AskerShown, SessionFilter, SessionShown
from placement_api.signing_in.identifying import browser_behind
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["signing-in"])


@router.get("/session", summary="Show who asks")
def show_asker(request: Request, store: Transaction, by: Anyone) -> AskerShown:
    """Show the role of whoever asks, where it belongs, and when the session ends.

    Visar rollen för den som frågar, var den hör hemma, och när inloggningen upphör.
    """
    return AskerShown.of(by, holder_of(store, by), browser_behind(request))


@router.get("/sessions", summary="List one's own sessions")
def list_sessions(
    request: Request, store: Transaction, by: Anyone, asked: Annotated[SessionFilter, Query()], links: Linked
) -> Listed[SessionShown]:
    """List the browsers that whoever asks is signed in with; who shows a token has none.

    Listar de webbläsare som den som frågar är inloggad med; den som visar en åtkomstnyckel har inga.
    """
    browser = browser_behind(request)
    present = None if browser is None else browser.signed_in.session
    found = sessions.list_own(store, by, present, asked.span)
    return links.page(asked, found, lambda row: SessionShown.of(row, present))


@router.delete("/sessions/{sessionId}", status_code=204, summary="End one of one's own sessions")
def end_session(request: Request, store: Transaction, by: Anyone, session_id: SessionPath) -> None:
    """Sign out of one browser, such as one left behind. A session never changes, so it has no version to state.

    Loggar ut ur en webbläsare, till exempel en kvarglömd. En inloggning ändras aldrig och har ingen version att ange.
    """
    browser = browser_behind(request)
    sessions.end_own(store, by, None if browser is None else browser.signed_in.session, session_id)
