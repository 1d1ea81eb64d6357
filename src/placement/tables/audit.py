"""Audit: who changed what, in the order it happened."""

import datetime as dt
import enum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer
from sqlmodel import Field

from placement.callers import Role
from placement.clock import now
from placement.tables.columns import LONGEST_ID, Moment, Row, json_type, one_of, sized


class Action(enum.StrEnum):
    """What was done to a row."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"


class AuditEntry(Row, table=True):
    """One change, written in the transaction that made it: actor, action, object, and the values before and after.

    The actor is stored by value as it was then, so that an entry outlives the token and the organisation.
    ``trace`` is the trace-id (W3C Trace Context) of the call that made the change.
    """

    __table_args__ = (
        sized("actor_token", LONGEST_ID),
        sized("object_type", 64),
        sized("object_id", 4 * LONGEST_ID),
        CheckConstraint("length(trace) = 32", name="trace_length"),
        Index(None, "object_type", "object_id"),
    )

    sequence: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
    )
    at: dt.datetime = Field(default_factory=now, sa_type=Moment)
    actor_token: str | None = Field(default=None, max_length=LONGEST_ID)
    actor_role: Role = Field(sa_type=one_of(Role, "actor_role"))
    actor_organisation: str | None = Field(default=None, max_length=LONGEST_ID)
    action: Action = Field(sa_type=one_of(Action, "action"))
    object_type: str = Field(max_length=64)
    object_id: str = Field(max_length=4 * LONGEST_ID)
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(json_type()))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(json_type()))
    trace: str | None = Field(default=None, max_length=32, index=True)
