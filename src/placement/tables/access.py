"""Access: the tokens that callers show, stored only as digests."""

import datetime as dt

from sqlalchemy import CheckConstraint, Column
from sqlmodel import Field

from placement.callers import Role
from placement.clock import now, today
from placement.settings import TOKEN_DAYS
from placement.tables.columns import (
    LONGEST_NAME,
    SENSITIVE,
    Moment,
    Row,
    Versioned,
    json_type,
    one_of,
    reference,
    sized,
    some_words,
)


class ApiToken(Row, Versioned, table=True):
    """A token and the role it gives, with the role's organisation or unit, until it is revoked or has expired.

    ``scopes`` are what it is limited to; without them it may do all that the role may. ``expires_on`` is the last day
    on which it works. ``last_used_at`` is the hour of its last use, written at most once an hour. After a rotation the
    secret before works until ``previous_until``. ``sees_protected`` is the right to see the lärosäte's own students
    with a protected identity.
    """

    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("length(secret_sha256) = 64", name="secret_sha256_length"),
        CheckConstraint("length(previous_sha256) = 64", name="previous_sha256_length"),
        CheckConstraint("(previous_sha256 IS NULL) = (previous_until IS NULL)", name="previous_until_then"),
        sized("label"),
        some_words("scopes"),
        CheckConstraint(
            "(role IN ('institution', 'provider', 'student')) = (organisation_id IS NOT NULL)",
            name="organisation_of_role",
        ),
        CheckConstraint("(role IN ('unit', 'supervisor')) = (unit_id IS NOT NULL)", name="unit_of_role"),
        CheckConstraint("NOT sees_protected OR role = 'institution'", name="protected_of_institution"),
    )

    id: str = Field(primary_key=True, max_length=16)
    secret_sha256: str = Field(max_length=64, sa_column_kwargs={"info": SENSITIVE})
    previous_sha256: str | None = Field(default=None, max_length=64, sa_column_kwargs={"info": SENSITIVE})
    previous_until: dt.datetime | None = Field(default=None, sa_type=Moment)
    role: Role = Field(sa_type=one_of(Role, "role"))
    organisation_id: str | None = Field(default=None, sa_column=reference("organisation.id", null=True))
    unit_id: str | None = Field(default=None, sa_column=reference("unit.id", null=True))
    sees_protected: bool = False
    label: str = Field(max_length=LONGEST_NAME)
    scopes: list[str] | None = Field(default=None, sa_column=Column(json_type()))
    created_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
    expires_on: dt.date = Field(default_factory=lambda: today() + dt.timedelta(days=TOKEN_DAYS))
    last_used_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    revoked_at: dt.datetime | None = Field(default=None, sa_type=Moment)
