"""Student pages: the secret addresses at which students read what is theirs, stored only as digests."""

import datetime as dt

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from placement.clock import now
from placement.tables.columns import LONGEST_ID, SENSITIVE, Moment, Row, Versioned, new_id, reference, sized


class StudentPage(Row, Versioned, table=True):
    """An address at which one student reads their own terms, for as long as the token that made it is valid.

    It goes with its student.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        CheckConstraint("length(secret_sha256) = 64", name="secret_sha256_length"),
        UniqueConstraint("secret_sha256"),
    )

    id: str = Field(default_factory=lambda: new_id("pag"), primary_key=True, max_length=LONGEST_ID)
    token_id: str = Field(sa_column=reference("api_token.id"))
    secret_sha256: str = Field(max_length=64, sa_column_kwargs={"info": SENSITIVE})
    student_id: str = Field(sa_column=reference("student.id", cascade=True))
    created_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
