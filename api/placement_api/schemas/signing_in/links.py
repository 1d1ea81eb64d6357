"""Schemas of sign-in links."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, JsonValue

from placement.callers import Role
from placement.signing_in.links import Offered
from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, Given, Id, Name, example
from placement_api.sorting import sorting

_LINK: dict[str, JsonValue] = {
    "id": "lnk_7f0c",
    "version": 1,
    "role": "unit",
    "organisationId": None,
    "unitId": "unt_geriatrics",
    "label": "Avdelning 4, VFU-ansvarig",
    "createdAt": "2026-11-15T09:00:00Z",
    "expiresAt": "2026-11-15T10:00:00Z",
    "usedAt": None,
}


class SignInLinkGiven(Given):
    """Whom a link is for. Vem en länk är till för."""

    model_config = example({"role": "unit", "unit": "unt_geriatrics", "label": "Avdelning 4, VFU-ansvarig"})

    role: Role
    organisation: Id | None = Field(
        None, description="For institution, provider and student. För lärosäte, huvudman och student."
    )
    unit: Id | None = Field(None, description="For unit and supervisor. För enhet och handledare.")
    label: Name = Field(
        description="Who gets it, by function and never by name. Vem som får den, efter funktion och aldrig med namn."
    )


class SignInLinkShown(Changeable):
    """A link, without its address. En länk, utan dess adress."""

    model_config = example(_LINK)

    role: Role
    organisation_id: str | None
    unit_id: str | None
    label: str
    created_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None

    @classmethod
    def of(cls, offered: Offered) -> SignInLinkShown:
        """Show a link with the access that it gives."""
        link, token = offered.link, offered.token
        return cls(
            id=link.id,
            version=link.version,
            role=token.role,
            organisation_id=token.organisation_id,
            unit_id=token.unit_id,
            label=token.label,
            created_at=link.created_at,
            expires_at=link.expires_at,
            used_at=link.used_at,
        )


class SignInLinkMade(SignInLinkShown):
    """A new link, with its address. En ny länk, med dess adress."""

    model_config = example(
        {
            **_LINK,
            "url": "https://placement.example.org/sign-in/links/"
            "mfrggzdfmztwq2lkmfrggzdfmztwq2lkmfrggzdfmztwq2lkmfrggzdf",
        }
    )

    url: str | None = Field(
        description="Shown only once, and empty if the call is a repetition; whoever has it can sign in with it, once. "
        "Visas bara en gång, och är tom om anropet är en upprepning; den som har den kan logga in med den, en gång."
    )


class SignInLinkFilter(Paging):
    """Which links to list. Vilka länkar som ska listas."""

    role: Role | None = Field(None, description="For one role. För en viss roll.")
    sort: str | None = sorting("createdAt", "expiresAt", "usedAt", "id")
