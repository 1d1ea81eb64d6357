"""Access: the tokens that callers show, stored only as digests."""

import datetime as dt

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from placement.callers import Role
from placement.clock import now
from placement.tables.columns import LONGEST_NAME, SENSITIVE, Moment, Row, one_of, reference, sized


class ApiToken(Row, table=True):
    """A token and the role it gives, with the role's organisation or unit, until the token is revoked.

    ``sees_protected`` is the right to see the lärosäte's own students with a protected identity.
    """

    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("length(secret_sha256) = 64", name="secret_sha256_length"),
        sized("label"),
        CheckConstraint(
            "(role IN ('institution', 'provider', 'student')) = (organisation_id IS NOT NULL)",
            name="organisation_of_role",
        ),
        CheckConstraint("(role IN ('unit', 'supervisor')) = (unit_id IS NOT NULL)", name="unit_of_role"),
        CheckConstraint("NOT sees_protected OR role = 'institution'", name="protected_of_institution"),
    )

    id: str = Field(primary_key=True, max_length=16)
    secret_sha256: str = Field(max_length=64, sa_column_kwargs={"info": SENSITIVE})
    role: Role = Field(sa_type=one_of(Role, "role"))
    organisation_id: str | None = Field(default=None, sa_column=reference("organisation.id", null=True))
    unit_id: str | None = Field(default=None, sa_column=reference("unit.id", null=True))
    sees_protected: bool = False
    label: str = Field(max_length=LONGEST_NAME)
    created_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
    revoked_at: dt.datetime | None = Field(default=None, sa_type=Moment)
