"""Audit: who changed what and who looked at whom, in the order it happened, each entry chained to the one before."""

import datetime as dt
import enum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer
from sqlmodel import Field

from placement.callers import Role
from placement.clock import now
from placement.tables.columns import LONGEST_ID, Moment, Row, json_type, one_of, sized

_WHOLE_OR_ERASED = "salt IS NOT NULL OR (before IS NULL AND after IS NULL AND people IS NULL)"


class Action(enum.StrEnum):
    """What was done to a row; ``read`` is a look at people."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"
    READ = "read"


class AuditEntry(Row, table=True):
    """One change or one look, written in the transaction that made it: actor, action, object, values and people.

    The actor is stored by value as it was then, so that an entry outlives the token and the organisation.
    ``trace`` is the trace-id (W3C Trace Context) of the call. ``people`` are the ids of the students whom the entry is
    about. ``sequence`` has no gap and follows the order of the commits. ``hash`` covers the entry and the hash before
    it, and ``payload_hash`` the values, the people and ``salt``, which all may be erased (``placement.store.hashes``).
    """

    __table_args__ = (
        sized("actor_token", LONGEST_ID),
        sized("object_type", 64),
        sized("object_id", 4 * LONGEST_ID),
        CheckConstraint("length(trace) = 32", name="trace_length"),
        CheckConstraint("sequence > 0", name="sequence_bounds"),
        CheckConstraint("length(salt) = 32", name="salt_length"),
        CheckConstraint("length(payload_hash) = 64", name="payload_hash_length"),
        CheckConstraint("length(hash) = 64", name="hash_length"),
        CheckConstraint(_WHOLE_OR_ERASED, name="whole_or_erased"),
        Index(None, "object_type", "object_id"),
    )

    sequence: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    )
    at: dt.datetime = Field(default_factory=now, sa_type=Moment, index=True)
    actor_token: str | None = Field(default=None, max_length=LONGEST_ID)
    actor_role: Role = Field(sa_type=one_of(Role, "actor_role"))
    actor_organisation: str | None = Field(default=None, max_length=LONGEST_ID)
    action: Action = Field(sa_type=one_of(Action, "action"))
    object_type: str = Field(max_length=64)
    object_id: str = Field(max_length=4 * LONGEST_ID)
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(json_type()))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(json_type()))
    people: list[str] | None = Field(default=None, sa_column=Column(json_type()))
    salt: str | None = Field(default=None, max_length=32)
    trace: str | None = Field(default=None, max_length=32, index=True)
    payload_hash: str = Field(default="", max_length=64)
    hash: str = Field(default="", max_length=64)
