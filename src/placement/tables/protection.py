"""Protection: which students have a protected identity, and whom a unit turns to in their place."""

import datetime as dt
import secrets

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from placement.clock import now
from placement.tables.columns import (
    LONGEST_NAME,
    SENSITIVE,
    Moment,
    Row,
    Versioned,
    reference,
    sized,
)


def _new_alias_key() -> str:
    return secrets.token_hex(32)


class ProtectedStudent(Row, Versioned, table=True):
    """A student with a protected identity (skyddade personuppgifter); that there is such a row is itself a secret.

    The contact is a function at the lärosäte, never the student's own. ``alias_key`` is what the student's aliases are
    made of: one in each document, and none can be led back to the student or to another document.
    """

    __table_args__ = (
        sized("contact_function"),
        sized("contact_email"),
        sized("contact_phone", 40),
        CheckConstraint("contact_email IS NOT NULL OR contact_phone IS NOT NULL", name="contact_can_be_reached"),
        CheckConstraint("length(alias_key) = 64", name="alias_key_length"),
    )

    student_id: str = Field(sa_column=reference("student.id", key=True, cascade=True))
    contact_function: str = Field(max_length=LONGEST_NAME)
    contact_email: str | None = Field(default=None, max_length=LONGEST_NAME)
    contact_phone: str | None = Field(default=None, max_length=40)
    alias_key: str = Field(default_factory=_new_alias_key, max_length=64, sa_column_kwargs={"info": SENSITIVE})
    marked_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
