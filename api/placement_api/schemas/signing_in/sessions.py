"""Schemas of sessions: who asks, and with which browsers somebody is signed in."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, JsonValue

from placement.callers import Caller, Role
from placement.signing_in.sessions import csrf_token
from placement.tables import SignInSession
from placement_api.paging import Paging
from placement_api.schemas.base import Shown, example
from placement_api.signing_in.identifying import Browser

_SESSION: dict[str, JsonValue] = {
    "id": "ses_7f0c",
    "createdAt": "2026-11-15T09:00:00Z",
    "usedAt": "2026-11-15T09:40:00Z",
    "endsAt": "2026-11-15T21:00:00Z",
    "present": True,
}


class AskerShown(Shown):
    """Who asks, in which role, and until when. Vem som frågar, i vilken roll, och hur länge."""

    model_config = example(
        {
            "role": "provider",
            "organisationId": "org_nacka",
            "unitId": None,
            "label": "VFU-samordningen, Nacka",
            "signedInBy": "link",
            "sessionId": "ses_7f0c",
            "endsAt": "2026-11-15T21:00:00Z",
            "idleUntil": "2026-11-15T10:10:00Z",
            "csrfToken": "6f0c1d0e2f4b4c1b9d570f6a8f4e2b116f0c1d0e2f4b4c1b9d570f6a8f4e2b11",
        }
    )

    role: Role
    organisation_id: str | None
    unit_id: str | None
    label: str = Field(description="What the access is called. Vad åtkomsten kallas.")
    signed_in_by: Literal["token", "provider", "link"] = Field(
        description="A token, the identity provider, or a link. En åtkomstnyckel, inloggningstjänsten eller en länk."
    )
    session_id: str | None = Field(description="The browser's session. Webbläsarens inloggning.")
    ends_at: dt.datetime | None = Field(
        description="When the session ends, however it is used. När inloggningen upphör, hur den än används."
    )
    idle_until: dt.datetime | None = Field(
        description="When the session ends if it is not used before. "
        "När inloggningen upphör om den inte används dessförinnan."
    )
    csrf_token: str | None = Field(
        description="What a change by this session shows in X-CSRF-Token. "
        "Vad en ändring med inloggningen visar i X-CSRF-Token."
    )

    @classmethod
    def of(cls, by: Caller, label: str, browser: Browser | None) -> AskerShown:
        """Show who asks, by a browser's session or by a token."""
        session = None if browser is None else browser.signed_in.session
        return cls(
            role=by.role,
            organisation_id=by.organisation,
            unit_id=by.unit,
            label=label,
            signed_in_by="token" if session is None else "link" if session.account_id is None else "provider",
            session_id=None if session is None else session.id,
            ends_at=None if session is None else session.ends_at,
            idle_until=None if browser is None else browser.signed_in.idle_until,
            csrf_token=None if browser is None else csrf_token(browser.secret),
        )


class SessionShown(Shown):
    """A browser that one is signed in with. En webbläsare som man är inloggad med."""

    model_config = example(_SESSION)

    id: str
    created_at: dt.datetime
    used_at: dt.datetime = Field(description="To the minute or so. På någon minut när.")
    ends_at: dt.datetime
    present: bool = Field(description="Whether it is the browser that asks. Om det är webbläsaren som frågar.")

    @classmethod
    def of(cls, session: SignInSession, present: SignInSession | None) -> SessionShown:
        """Show a session beside the one that asks."""
        return cls(
            id=session.id,
            created_at=session.created_at,
            used_at=session.used_at,
            ends_at=session.ends_at,
            present=present is not None and session.id == present.id,
        )


class SessionFilter(Paging):
    """Which part of the list of sessions is wanted. Vilken del av listan som önskas."""
