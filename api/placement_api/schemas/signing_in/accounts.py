"""Schemas of accounts: people whom the identity provider knows."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from placement.callers import Role
from placement.signing_in.accounts import Known
from placement_api.paging import Paging
from placement_api.schemas.base import Change, Changeable, Given, Id, Name, Switch, example
from placement_api.sorting import sorting


class SignInAccountGiven(Given):
    """What a coordinator says of an account. Vad en samordnare säger om ett konto."""

    label: Name = Field(description="Whose it is, by function and never by name. Vems det är, efter funktion.")
    withdrawn: Switch = Field(
        description="Whether it lets nobody in; who is signed in is signed out at once. "
        "Om det inte släpper in någon; den som är inloggad loggas genast ut."
    )


class SignInAccountChange(Change, SignInAccountGiven):
    """What to change. Vad som ska ändras."""

    model_config = example({"label": "VFU-samordningen, Nacka", "withdrawn": True})


class SignInAccountShown(Changeable):
    """Somebody who has signed in by the identity provider. Någon som har loggat in genom inloggningstjänsten."""

    model_config = example(
        {
            "id": "acc_7f0c",
            "version": 1,
            "role": "provider",
            "organisationId": "org_nacka",
            "unitId": None,
            "label": "VFU-samordningen, Nacka",
            "createdAt": "2026-11-15T09:00:00Z",
            "statedAt": "2026-11-28T07:10:00Z",
            "withdrawn": False,
        }
    )

    role: Role
    organisation_id: str | None
    unit_id: str | None
    label: str
    created_at: dt.datetime
    stated_at: dt.datetime = Field(
        description="When the provider last said which role it has. "
        "När inloggningstjänsten senast sade vilken roll det har."
    )
    withdrawn: bool

    @classmethod
    def of(cls, known: Known) -> SignInAccountShown:
        """Show an account with its access."""
        account, token = known.account, known.token
        return cls(
            id=account.id,
            version=account.version,
            role=token.role,
            organisation_id=token.organisation_id,
            unit_id=token.unit_id,
            label=account.label,
            created_at=account.created_at,
            stated_at=account.stated_at,
            withdrawn=account.withdrawn_at is not None or token.revoked_at is not None,
        )


class SignInAccountFilter(Paging):
    """Which accounts to list. Vilka konton som ska listas."""

    role: Role | None = Field(None, description="In one role. I en viss roll.")
    organisation: Id | None = Field(None, description="Of one organisation. För en viss organisation.")
    unit: Id | None = Field(None, description="At one unit. Vid en viss enhet.")
    sort: str | None = sorting("createdAt", "statedAt", "label", "id")
