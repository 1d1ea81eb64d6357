"""The rows of signing in in the small world: an account, a link, a session of each, and a refusal."""

from __future__ import annotations

import datetime as dt

from placement.callers import Role
from placement.store.tokens import NOBODYS
from placement.tables import Account, ApiToken, RefusalReason, Row, SignInLink, SignInRefusal, SignInSession

SIGNED_IN_AT = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
_HOUR = dt.timedelta(hours=1)


def rows() -> list[Row]:
    """Return one row of each table; the sessions ended long ago."""
    return [
        ApiToken(id="7" * 16, secret_sha256=NOBODYS, role=Role.COORDINATOR, label="konto 1"),
        Account(
            id="acc_a",
            subject_digest="7" * 64,
            token_id="7" * 16,
            label="konto 1",
            stated_at=SIGNED_IN_AT,
            created_at=SIGNED_IN_AT,
        ),
        link("a", "0" * 16),
        SignInSession(
            id="ses_a",
            secret_sha256="8" * 64,
            token_id="7" * 16,
            account_id="acc_a",
            created_at=SIGNED_IN_AT,
            used_at=SIGNED_IN_AT,
            ends_at=SIGNED_IN_AT + _HOUR,
        ),
        SignInRefusal(id="ref_a", reason=RefusalReason.LINK_EXPIRED, link_id="lnk_a", at=SIGNED_IN_AT),
    ]


def links_of_providers() -> list[Row]:
    """Return the links that our provider and another one have made."""
    other = ApiToken(id="5" * 16, secret_sha256="5" * 64, role=Role.PROVIDER, organisation_id="org_far", label="far")
    return [other, link("p", "2" * 16), link("b", "5" * 16)]


def link(name: str, maker: str) -> SignInLink:
    """Return a link that somebody has made for their own access, and that was never used."""
    return SignInLink(
        id=f"lnk_{name}",
        token_id=maker,
        secret_sha256=f"{ord(name):064d}",
        made_by_id=maker,
        created_at=SIGNED_IN_AT,
        expires_at=SIGNED_IN_AT + _HOUR,
    )
