"""Signing in: the accounts of people who sign in, the links of those who have none, and their sessions."""

import datetime as dt
import enum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from placement.clock import now
from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    SENSITIVE,
    Moment,
    Row,
    Versioned,
    new_id,
    one_of,
    reference,
    sized,
)

_EXACTLY_ONE = "(account_id IS NULL) <> (link_id IS NULL)"


class RefusalReason(enum.StrEnum):
    """Why somebody who proved who they are, or had a link, was not let in."""

    NO_ROLE = "no-role"
    SEVERAL_ROLES = "several-roles"
    WITHDRAWN = "withdrawn"
    OLDER = "older"
    LINK_USED = "link-used"
    LINK_EXPIRED = "link-expired"


class Account(Row, Versioned, table=True):
    """Somebody whom the identity provider knows: no name, only a keyed digest of issuer and subject.

    ``token_id`` is the access that the account has at present: role, and organisation or unit. ``stated_at`` is when
    the provider said so; what it said before does not count any more. ``label`` is what a coordinator calls it.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        CheckConstraint("length(subject_digest) = 64", name="subject_digest_length"),
        UniqueConstraint("subject_digest"),
        sized("label"),
    )

    id: str = Field(default_factory=lambda: new_id("acc"), primary_key=True, max_length=LONGEST_ID)
    subject_digest: str = Field(max_length=64, sa_column_kwargs={"info": SENSITIVE})
    token_id: str = Field(sa_column=reference("api_token.id"))
    label: str = Field(max_length=LONGEST_NAME)
    stated_at: dt.datetime = Field(sa_type=Moment)
    created_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
    withdrawn_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class SignInLink(Row, Versioned, table=True):
    """An address that lets somebody without an account in once, with the access that the link was made for.

    ``made_by_id`` is the token of whoever made it; empty if it was made on the command line.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        CheckConstraint("length(secret_sha256) = 64", name="secret_sha256_length"),
        UniqueConstraint("secret_sha256"),
        CheckConstraint("expires_at > created_at", name="expires_after_made"),
    )

    id: str = Field(default_factory=lambda: new_id("lnk"), primary_key=True, max_length=LONGEST_ID)
    token_id: str = Field(sa_column=reference("api_token.id"))
    secret_sha256: str = Field(max_length=64, sa_column_kwargs={"info": SENSITIVE})
    made_by_id: str | None = Field(default=None, sa_column=reference("api_token.id", null=True))
    created_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
    expires_at: dt.datetime = Field(sa_type=Moment)
    used_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class SignInSession(Row, table=True):
    """Somebody signed in with one browser, until it has been idle for too long, has lasted too long, or is ended.

    The browser has the secret in a cookie; only its digest is stored. A session gives what ``token_id`` gives, for as
    long as that token is valid. ``used_at`` is kept to the minute or so.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        CheckConstraint("length(secret_sha256) = 64", name="secret_sha256_length"),
        UniqueConstraint("secret_sha256"),
        CheckConstraint(_EXACTLY_ONE, name="account_or_link"),
    )

    id: str = Field(default_factory=lambda: new_id("ses"), primary_key=True, max_length=LONGEST_ID)
    secret_sha256: str = Field(max_length=64, sa_column_kwargs={"info": SENSITIVE})
    token_id: str = Field(sa_column=reference("api_token.id"))
    account_id: str | None = Field(default=None, sa_column=reference("account.id", null=True, cascade=True))
    link_id: str | None = Field(default=None, sa_column=reference("sign_in_link.id", null=True, cascade=True))
    created_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
    used_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
    ends_at: dt.datetime = Field(sa_type=Moment, index=True)


class SignInRefusal(Row, table=True):
    """Somebody was refused who had proved who they are (an account, if there is one) or had a link that was made here.

    Guesses leave no row: nobody may fill the database without proving anything.
    """

    __table_args__ = (sized("id", LONGEST_ID),)

    id: str = Field(default_factory=lambda: new_id("ref"), primary_key=True, max_length=LONGEST_ID)
    reason: RefusalReason = Field(sa_type=one_of(RefusalReason, "reason"))
    account_id: str | None = Field(default=None, sa_column=reference("account.id", null=True, cascade=True))
    link_id: str | None = Field(default=None, sa_column=reference("sign_in_link.id", null=True, cascade=True))
    at: dt.datetime = Field(default_factory=now, sa_type=Moment)
