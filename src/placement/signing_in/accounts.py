"""Accounts: people whom the identity provider knows, and the access that each has for as long as nobody withdraws it.

An access is a token of which nobody has the secret: what somebody makes while signed in (a calendar, a webhook) is tied
to it as to any token, and ends with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, func, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.keys import Keys
from placement.settings import TOKEN_DAYS, Settings
from placement.signing_in import sessions
from placement.signing_in.claims import Standing, standing_of
from placement.signing_in.refusing import keep_refusal, refusal
from placement.signing_in.tokens import Claims, moment_of
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, Page, Span
from placement.store.tokens import bearer_of, give_access, is_ageing, prolong, revoke_token, tokens_by_id
from placement.tables import Account, ApiToken, RefusalReason


@dataclass(frozen=True, slots=True)
class Known:
    """An account with the access that it has."""

    account: Account
    token: ApiToken


def grant(session: Session, by: Caller, standing: Standing, label: str, most_days: int = TOKEN_DAYS) -> str:
    """Give an access, which may do no more than the caller's own token, and return the id of its token."""
    scopes = None if by.scopes is None else sorted(by.scopes)
    acting = replace(SYSTEM, trace=by.trace)
    belonging = standing.role, standing.organisation, standing.unit
    return give_access(session, acting, *belonging, label, scopes, most_days)


def account_of(session: Session, keys: Keys, claims: Claims) -> Account | None:
    """Return the account of an issuer and a subject that has signed in before."""
    digests = keys.digests(_name_of(claims))
    return session.exec(select(Account).where(col(Account.subject_digest).in_(digests))).first()


def caller_if_known(session: Session, settings: Settings, keys: Keys, claims: Claims) -> Caller | None:
    """Return who claims stand for, if that needs no change of what is stored; None if ``admit`` has to see to it.

    Raises:
        SignInError: the claims give no role, or the account is withdrawn.

    """
    standing, account = standing_of(session, settings, claims), account_of(session, keys, claims)
    if account is None:
        return None
    _refuse_withdrawn(session, account)
    by = bearer_of(session, account.token_id)
    if by is None or _standing_of(by) != standing:
        return None
    assert by.expires_on is not None  # noqa: S101 (every token has a last day)
    return None if is_ageing(by.expires_on, settings.token_days) else by


def admit(session: Session, settings: Settings, keys: Keys, claims: Claims, trace: str | None = None) -> Account:
    """Return the account that claims are about, with the access that they give; make it if it is new.

    Raises:
        SignInError: the claims give no role, the account is withdrawn, or the provider has said something else since.

    """
    acting, stated = replace(SYSTEM, trace=trace), moment_of(claims, "iat")
    standing = standing_of(session, settings, claims)
    digest = keys.digests(_name_of(claims))[0]
    _take_turn(session, digest)
    account = account_of(session, keys, claims)
    if account is None:
        made = Account(subject_digest=digest, token_id="", label="", stated_at=stated)
        made.label = f"konto {made.id.removeprefix('acc_')[:8]}"  # until a coordinator says whose it is
        made.token_id = grant(session, acting, standing, made.label, settings.token_days)
        access.add(session, acting, made)
        return made
    _refuse_withdrawn(session, account)
    values: dict[str, Any] = {"subject_digest": digest, "stated_at": max(stated, account.stated_at)}
    token = session.get_one(ApiToken, account.token_id)
    if Standing(token.role, token.organisation_id, token.unit_id) == standing:
        prolong(session, acting, token.id, settings.token_days)
    else:
        if stated < account.stated_at:
            raise refusal(RefusalReason.OLDER)
        values["token_id"] = grant(session, acting, standing, account.label, settings.token_days)
        revoke_token(session, acting, account.token_id)
        sessions.end_those_of(session, acting, account=account.id)
    access.change(session, acting, account, values)
    return account


def note_refusal(session: Session, keys: Keys, claims: Claims, reason: RefusalReason, trace: str | None = None) -> None:
    """Keep that somebody known to the provider was refused; one who has no role any more is signed out as well."""
    acting, account = replace(SYSTEM, trace=trace), account_of(session, keys, claims)
    keep_refusal(session, acting, reason, account=None if account is None else account.id)
    if account is not None and reason in {RefusalReason.NO_ROLE, RefusalReason.SEVERAL_ROLES}:
        sessions.end_those_of(session, acting, account=account.id)


def list_accounts(
    session: Session,
    by: Caller,
    *,
    role: Role | None = None,
    organisation: str | None = None,
    unit: str | None = None,
    span: Span = FIRST,
) -> Page[Known]:
    """List the accounts, those that signed in first first, optionally of one role, organisation or unit."""
    access.allow(by, COORDINATORS)
    wanted = ((ApiToken.role, role), (ApiToken.organisation_id, organisation), (ApiToken.unit_id, unit))
    query = select(Account).join(ApiToken, col(ApiToken.id) == col(Account.token_id))
    found = access.page_of(
        session, access.matching(query.order_by(col(Account.created_at), col(Account.id)), wanted), span
    )
    tokens = tokens_by_id(session, [account.token_id for account in found.rows])
    return Page([Known(account, tokens[account.token_id]) for account in found.rows], found.total)


def show_account(session: Session, by: Caller, account_id: str) -> Known:
    """Show one account."""
    access.allow(by, COORDINATORS)
    return _known(session, access.found(session.get(Account, account_id), account_id))


def change_account(session: Session, by: Caller, account_id: str, changes: Mapping[str, Any]) -> Known:
    """Withdraw an account, which signs it out everywhere at once, let it in again, or say whose it is (``label``)."""
    known = show_account(session, by, account_id)
    account, token = known.account, known.token
    values: dict[str, Any] = {"label": changes.get("label", account.label)}
    access.refuse_identity_number("/label", values["label"])
    barred = account.withdrawn_at is not None or token.revoked_at is not None
    wanted = changes.get("withdrawn", barred)
    if wanted and account.withdrawn_at is None:
        values["withdrawn_at"] = now()
        if token.revoked_at is None:
            revoke_token(session, by, token.id)
        sessions.end_those_of(session, by, account=account.id)
    elif barred and not wanted:
        standing = Standing(token.role, token.organisation_id, token.unit_id)
        values |= {"withdrawn_at": None, "token_id": grant(session, by, standing, values["label"])}
    access.change(session, by, account, values)
    access.change(session, by, session.get_one(ApiToken, account.token_id), {"label": account.label})
    return _known(session, account)


def _known(session: Session, account: Account) -> Known:
    return Known(account, session.get_one(ApiToken, account.token_id))


def _name_of(claims: Claims) -> str:
    """Return what an account goes by: two issuers may have the same subject."""
    return f"{claims['iss']}\n{claims['sub']}"


def _standing_of(by: Caller) -> Standing:
    return Standing(by.role, by.organisation, by.unit)


def _refuse_withdrawn(session: Session, account: Account) -> None:
    """Refuse an account that is withdrawn, or whose access has been revoked as any token can be."""
    if account.withdrawn_at is not None or session.get_one(ApiToken, account.token_id).revoked_at is not None:
        raise refusal(RefusalReason.WITHDRAWN)


def _take_turn(session: Session, digest: str) -> None:
    """Let two who come at once with the same subject wait for each other; on SQLite every writer does so anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        session.exec(select(func.pg_advisory_xact_lock(int(digest[:16], 16) - 2**63)))
