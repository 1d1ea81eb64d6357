"""Schemas of tokens: who may call the service, for how long and for what; the token itself is shown only once."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, JsonValue

from placement.callers import Role
from placement.store.token_scopes import SCOPES
from placement.store.tokens import LONGEST_OVERLAP, OVERLAP, TokenState, state_of
from placement.tables import ApiToken
from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, Day, Different, Given, Id, Name, Number, example
from placement_api.sorting import sorting

_HOUR = dt.timedelta(hours=1)
Scopes = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=64)]],
    Field(
        min_length=1,
        max_length=len(SCOPES),
        description="What the token may do, within what its role may: `read`, or the headings of this documentation "
        "with `:read` or `:write`. Null: all that the role may. "
        "Vad åtkomstnyckeln får göra, inom det som rollen får: `read`, eller den här dokumentationens rubriker med "
        "`:read` eller `:write`. Null: allt som rollen får.",
    ),
    Different,
]
_LAST_DAY = "The last day on which it works, in Stockholm. Sista dagen som den gäller, i Stockholm."
_GIVEN: dict[str, JsonValue] = {
    "role": "institution",
    "organisationId": "org_ki",
    "unitId": None,
    "label": "Ladok",
    "scopes": ["cohorts:write", "requests:write", "placements:read"],
    "expiresOn": "2027-06-30",
}
_TOKEN: dict[str, JsonValue] = {
    "id": "0c3e8f1ab2d4567e",
    "version": 1,
    **_GIVEN,
    "state": "valid",
    "createdAt": "2026-11-28T09:00:00Z",
    "lastUsedAt": "2026-11-28T10:00:00Z",
    "previousUntil": None,
    "revokedAt": None,
}


class TokenGiven(Given):
    """A token to make. En åtkomstnyckel att skapa."""

    model_config = example(_GIVEN)

    role: Role | None = Field(
        None,
        description="The caller's own unless given. A lärosäte may give its students', a provider its units' and "
        "supervisors'. Den egna om inget anges. Ett lärosäte kan ange sina studenters, en huvudman sina enheters och "
        "handledares.",
    )
    organisation_id: Id | None = Field(
        None,
        description="For the roles institution, student and provider; the caller's own unless given. "
        "För rollerna lärosäte, student och huvudman; den egna om inget anges.",
    )
    unit_id: Id | None = Field(
        None, description="For the roles unit and supervisor. För rollerna enhet och handledare."
    )
    label: Name | None = Field(
        None,
        description="What the token is for, or the function that holds it; no person's name. "
        "Vad åtkomstnyckeln är till för, eller funktionen som har den; ingen persons namn.",
    )
    scopes: Scopes | None = None
    expires_on: Day | None = Field(None, description=_LAST_DAY)


class RotationGiven(Given):
    """How a token is rotated. Hur en åtkomstnyckel byts."""

    model_config = example({"overlapHours": 24, "expiresOn": None})

    overlap_hours: Annotated[int, Number] = Field(
        OVERLAP // _HOUR,
        ge=0,
        le=LONGEST_OVERLAP // _HOUR,
        description="The hours during which the secret before works too; 0 if somebody else may know it. "
        "Antal timmar som den tidigare hemligheten också gäller; 0 om någon annan kan känna till den.",
    )
    expires_on: Day | None = Field(None, description=_LAST_DAY)

    @property
    def overlap(self) -> dt.timedelta:
        """Return how long the secret before works."""
        return self.overlap_hours * _HOUR


class TokenShown(Changeable):
    """A token without its secret. En åtkomstnyckel utan sin hemlighet."""

    model_config = example(_TOKEN)

    role: Role
    organisation_id: str | None
    unit_id: str | None
    label: str
    scopes: list[str] | None = Field(
        description="What it is limited to; null: all that the role may. "
        "Vad den är begränsad till; null: allt som rollen får."
    )
    expires_on: dt.date = Field(description=_LAST_DAY)
    state: TokenState
    created_at: dt.datetime
    last_used_at: dt.datetime | None = Field(
        description="The hour of its last use; null if it has not been used. "
        "Timmen då den senast användes; null om den inte har använts."
    )
    previous_until: dt.datetime | None = Field(
        description="Until when the secret before the last rotation works. "
        "Till när hemligheten före det senaste bytet gäller."
    )
    revoked_at: dt.datetime | None

    @classmethod
    def of(cls, row: ApiToken) -> TokenShown:
        """Show a token."""
        return cls.model_validate(_fields(row))


class TokenMade(TokenShown):
    """A token with its secret. En åtkomstnyckel med sin hemlighet."""

    model_config = example({**_TOKEN, "token": "plc_0c3e8f1ab2d4567e_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})

    token: str | None = Field(
        description="Shown only once, and empty if the call is a repetition; send it as `Authorization: Bearer`. "
        "Visas bara en gång, och är tom om anropet är en upprepning; sänd den som `Authorization: Bearer`."
    )

    @classmethod
    def made(cls, row: ApiToken, token: str) -> TokenMade:
        """Show a token that is made or rotated now."""
        return cls.model_validate({**_fields(row), "token": token})


class TokenFilter(Paging):
    """Which tokens to list. Vilka åtkomstnycklar som ska listas."""

    role: Role | None = Field(None, description="Only tokens of this role. Bara åtkomstnycklar för den här rollen.")
    organisation_id: Id | None = Field(
        None, description="Only tokens of this organisation. Bara den här organisationens åtkomstnycklar."
    )
    unit_id: Id | None = Field(None, description="Only tokens of this unit. Bara den här enhetens åtkomstnycklar.")
    state: TokenState | None = Field(
        None,
        description="Only those that work, have expired or are revoked. "
        "Bara de som gäller, har gått ut eller är återkallade.",
    )
    sort: str | None = sorting("createdAt", "expiresOn", "lastUsedAt", "label", "id")


def _fields(row: ApiToken) -> dict[str, object]:
    """Return every field but the secret."""
    names = set(TokenShown.model_fields) - {"state"}
    return {**{name: getattr(row, name) for name in names}, "state": state_of(row)}
