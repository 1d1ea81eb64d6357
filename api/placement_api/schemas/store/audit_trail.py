"""Schemas of the audit trail."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from placement.callers import Role
from placement.refusals import form
from placement.tables import Action, AuditEntry
from placement_api.paging import Paging
from placement_api.schemas.base import ExternalId, Id, Shown, Word
from placement_api.sorting import sorting

_TRACE = form("^[0-9a-f]{32}$", "ett trace-id: 32 tecken 0–9 och a–f", "a trace-id: 32 characters 0–9 and a–f")


class AuditEntryShown(Shown):
    """Who changed what; protected values are not repeated. Vem som ändrade vad, utan skyddade värden."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "aud_17",
                "at": "2026-11-02T08:00:00Z",
                "actorToken": "5f0c40aa5f0c40aa",
                "actorRole": "provider",
                "actorOrganisation": "org_nacka",
                "action": "changed",
                "objectType": "unit",
                "objectId": "unt_geriatrics",
                "before": {"maxStudents": 6},
                "after": {"maxStudents": 4},
                "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
            }
        }
    )

    id: str
    at: dt.datetime
    actor_token: str | None
    actor_role: Role
    actor_organisation: str | None
    action: Action
    object_type: str
    object_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    trace: str | None = Field(description="The trace-id of the call (traceparent). Anropets trace-id (traceparent).")

    @classmethod
    def of(cls, entry: AuditEntry) -> AuditEntryShown:
        """Return an entry with its fields named as in the rest of the API."""
        columns = entry.model_dump(exclude={"sequence", "before", "after"})
        return cls(
            id=f"aud_{entry.sequence}",
            before=_in_camel_case(entry.before),
            after=_in_camel_case(entry.after),
            **columns,
        )


def _in_camel_case(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Rename the store's fields as the API names them."""
    return None if values is None else {to_camel(name): value for name, value in values.items()}


class AuditFilter(Paging):
    """Which entries are wanted. Vilka loggposter som önskas."""

    object_type: Word | None = Field(
        None,
        description="Such as capacity_offer. Till exempel capacity_offer.",
    )
    object_id: Annotated[ExternalId, Field(max_length=512)] | None = Field(
        None, description="Of one object, by its id. För ett visst objekt, efter dess id."
    )
    actor_organisation: Id | None = Field(None, description="By one organisation. Av en viss organisation.")
    action: Action | None = Field(None, description="Of one kind. Av ett visst slag.")
    trace: Annotated[str, Field(pattern=_TRACE)] | None = Field(
        None, description="By the trace-id of the call. Efter anropets trace-id."
    )
    sort: str | None = sorting("at", "objectType", "objectId", "actorOrganisation", "action")
