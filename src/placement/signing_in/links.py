"""Links: addresses that let somebody without an account in, each once and within an hour.

A link gives no more than whoever makes it has: a coordinator may give any role, a provider its own and those of its
units. Lärosäten make none: their staff have accounts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from placement import nouns
from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.errors import NotAllowedError
from placement.settings import TOKEN_DAYS, Settings
from placement.signing_in import sessions
from placement.signing_in.accounts import grant
from placement.signing_in.claims import Standing
from placement.signing_in.refusing import SignInError, keep_refusal, refusal
from placement.store import access
from placement.store.access import FIRST, PROVIDERS, Page, Span
from placement.store.scopes import units_of
from placement.store.tokens import bearer_of, digest, new_secret, revoke_token, tokens_by_id, tokens_of
from placement.tables import ApiToken, RefusalReason, SignInLink, Unit
from placement_solver.words import Words

VALID = dt.timedelta(hours=1)
GIVEN_BY: Mapping[Role, frozenset[Role]] = {
    Role.COORDINATOR: frozenset(Role),
    Role.PROVIDER: frozenset({Role.PROVIDER, Role.UNIT, Role.SUPERVISOR}),
}
"""Which roles the holder of a role may give by a link."""
_GONE = Words(
    "Länken gäller inte. Den kan vara felskriven eller återkallad. Be den som skickade den om en ny.",
    "The link is not valid. It may be misspelt or withdrawn. Ask whoever sent it for a new one.",
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A link with the access that it gives."""

    link: SignInLink
    token: ApiToken


def make_link(
    session: Session, by: Caller, given: Mapping[str, Any], most_days: int = TOKEN_DAYS
) -> tuple[Offered, str]:
    """Make a link for a role, with its organisation or unit and a label; return it with its secret, shown only now.

    What somebody sets up who came in by it works ``most_days`` at most, and does no more than the maker's token may.
    """
    access.allow(by, PROVIDERS)
    standing = Standing(given["role"], given.get("organisation"), given.get("unit"))
    _refuse_wider(session, by, standing)
    token = grant(session, by, standing, given["label"], most_days)
    secret, moment = new_secret(), now()
    made = SignInLink(
        token_id=token,
        secret_sha256=digest(secret),
        made_by_id=None if by.token == SYSTEM.token else by.token,
        created_at=moment,
        expires_at=moment + VALID,
    )
    access.add(session, by, made)
    return _offered(session, made), secret


def list_links(session: Session, by: Caller, *, role: Role | None = None, span: Span = FIRST) -> Page[Offered]:
    """List the links, the newest first: a coordinator those of all, others those that their own organisation made."""
    access.allow(by, PROVIDERS)
    query = _own(by).order_by(col(SignInLink.created_at).desc(), col(SignInLink.id))
    if role is not None:
        query = query.where(col(SignInLink.token_id).in_(select(ApiToken.id).where(ApiToken.role == role)))
    found = access.page_of(session, query, span)
    tokens = tokens_by_id(session, [link.token_id for link in found.rows])
    return Page([Offered(link, tokens[link.token_id]) for link in found.rows], found.total)


def show_link(session: Session, by: Caller, link_id: str) -> Offered:
    """Show one, without its address."""
    access.allow(by, PROVIDERS)
    return _offered(session, access.found(session.exec(_own(by).where(SignInLink.id == link_id)).first(), link_id))


def remove_link(session: Session, by: Caller, link_id: str) -> None:
    """Withdraw a link: its address lets nobody in, and whoever came in by it is signed out at once."""
    offered = show_link(session, by, link_id)
    sessions.end_those_of(session, by, link=link_id)
    if offered.token.revoked_at is None:
        revoke_token(session, replace(SYSTEM, trace=by.trace), offered.token.id)
    access.remove(session, by, offered.link)


def look_at(session: Session, secret: str) -> Offered:
    """Return the link at an address, without using it up: mail scanners open addresses too.

    Raises:
        SignInError: there is none, or it lets nobody in any more.

    """
    link = session.exec(select(SignInLink).where(SignInLink.secret_sha256 == digest(secret))).first()
    if link is None or bearer_of(session, link.token_id) is None:
        raise SignInError(_GONE)
    if link.made_by_id is not None and bearer_of(session, link.made_by_id) is None:
        raise SignInError(_GONE)  # nobody gives on what they have not got any more
    if link.used_at is not None:
        raise refusal(RefusalReason.LINK_USED)
    if link.expires_at <= now():
        raise refusal(RefusalReason.LINK_EXPIRED)
    return _offered(session, link)


def use(session: Session, settings: Settings, secret: str, trace: str | None = None) -> str:
    """Use a link up, and return the secret of the session that begins; of several at once one alone gets in.

    Raises:
        SignInError: it lets nobody in any more.

    """
    session.exec(select(SignInLink.id).where(SignInLink.secret_sha256 == digest(secret)).with_for_update()).first()
    link = look_at(session, secret).link
    by = replace(bearer_of(session, link.token_id) or SYSTEM, trace=trace)
    access.change(session, by, link, {"used_at": now()})
    return sessions.begin(session, by, settings, token=link.token_id, link=link.id)


def note_refusal(session: Session, secret: str, error: SignInError, trace: str | None = None) -> None:
    """Keep that somebody came with a link that was made here but lets nobody in."""
    link = session.exec(select(SignInLink).where(SignInLink.secret_sha256 == digest(secret))).first()
    if link is not None and error.reason is not None:
        keep_refusal(session, replace(SYSTEM, trace=trace), error.reason, link=link.id)


def _refuse_wider(session: Session, by: Caller, standing: Standing) -> None:
    """Refuse a link that gives more than its maker has."""
    if standing.role not in GIVEN_BY[by.role]:
        raise NotAllowedError(
            sv=f"Rollen {by.role.words.sv} får inte ge rollen {standing.role.words.sv}.",
            en=f"The role {by.role.words.en} may not give the role {standing.role.words.en}.",
        )
    if by.role is Role.COORDINATOR:
        return
    if standing.organisation is not None and standing.organisation != by.organisation:
        raise access.missing("/organisation", nouns.ORGANISATION)
    if standing.unit is not None:
        own = session.exec(select(Unit.id).where(Unit.id == standing.unit, units_of(by))).first()
        access.refer(own, "/unit", nouns.UNIT)


def _offered(session: Session, link: SignInLink) -> Offered:
    return Offered(link, session.get_one(ApiToken, link.token_id))


def _own(by: Caller) -> SelectOfScalar[SignInLink]:
    query = select(SignInLink)
    if by.role is Role.COORDINATOR:
        return query
    return query.where(col(SignInLink.made_by_id).in_(select(ApiToken.id).where(tokens_of(by))))
