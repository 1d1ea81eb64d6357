"""Idempotency: the stored answers to calls that may be repeated."""

import datetime as dt

from sqlalchemy import CheckConstraint, Column, LargeBinary
from sqlmodel import Field

from placement.clock import now
from placement.tables.columns import Moment, Row, bounded, json_type


class IdempotencyKey(Row, table=True):
    """A call that its caller may repeat, and its answer, stored in the same transaction as the call's effect.

    ``id`` is the digest of the caller and the key; ``call`` is the digest of the request itself.
    """

    __table_args__ = (
        CheckConstraint("length(id) = 64", name="id_length"),
        CheckConstraint("length(call) = 64", name="call_length"),
        bounded("status", 200, 399),
    )

    id: str = Field(primary_key=True, max_length=64)
    call: str = Field(max_length=64)
    status: int
    headers: dict[str, str] = Field(sa_column=Column(json_type(), nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    answered_at: dt.datetime = Field(default_factory=now, sa_type=Moment, index=True)
