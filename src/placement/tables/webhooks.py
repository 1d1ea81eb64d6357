"""Webhooks: the addresses to which partners have events sent, and how far each delivery has come."""

import datetime as dt
import enum

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer
from sqlmodel import Field

from placement.clock import now
from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    SENSITIVE,
    Moment,
    Row,
    Versioned,
    bounded,
    json_type,
    new_id,
    one_of,
    reference,
    sized,
)

LONGEST_URL = 2_000
LONGEST_OUTCOME = 64
MOST_ATTEMPTS = 100


class StopReason(enum.StrEnum):
    """Why the service has stopped sending: the receiver asked it to, or has failed for too long."""

    GONE = "gone"
    FAILING = "failing"


class Webhook(Row, Versioned, table=True):
    """An address to which events are sent in order, as long as the token it is tied to is valid.

    The secret signs what is sent. It is shown only once, and stored encrypted by the keys of ``placement.keys``.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("url", LONGEST_URL),
        sized("secret"),
        CheckConstraint("reason IS NULL OR NOT active", name="reason_of_inactive"),
    )

    id: str = Field(default_factory=lambda: new_id("whk"), primary_key=True, max_length=LONGEST_ID)
    token_id: str = Field(sa_column=reference("api_token.id"))
    url: str = Field(max_length=LONGEST_URL)
    kinds: list[str] = Field(default_factory=list, sa_column=Column(json_type(), nullable=False))
    secret: str = Field(max_length=LONGEST_NAME, sa_column_kwargs={"info": SENSITIVE})
    active: bool = True
    reason: StopReason | None = Field(default=None, sa_type=one_of(StopReason, "reason"))
    created_at: dt.datetime = Field(default_factory=now, sa_type=Moment)


class Delivery(Row, table=True):
    """How far the delivery to a webhook has come: the cursor up to which all is sent, and the last attempt's outcome.

    A separate row, so that sending does not change the webhook's version. ``worker`` is the process that sends now,
    until its lease expires at ``leased_until``.
    """

    __table_args__ = (
        bounded("attempts", 0, MOST_ATTEMPTS),
        sized("outcome", LONGEST_OUTCOME),
    )

    webhook_id: str = Field(sa_column=reference("webhook.id", key=True, cascade=True))
    cursor: int = Field(sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), nullable=False))
    attempts: int = 0
    due_at: dt.datetime = Field(default_factory=now, sa_type=Moment, index=True)
    test_asked_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    worker: str | None = Field(default=None, max_length=LONGEST_NAME)
    leased_until: dt.datetime | None = Field(default=None, sa_type=Moment)
    attempted_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    outcome: str | None = Field(default=None, max_length=LONGEST_OUTCOME)
