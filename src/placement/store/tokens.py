"""Tokens: ``plc_<id>_<secret>``, shown once when made; only the secret's digest is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col

from placement.callers import Caller, Role
from placement.errors import Fault, InvalidError, NotAllowedError, NotFoundError
from placement.store import audit
from placement.tables import Action, ApiToken, Organisation, OrganisationKind, Unit, now

_FORM = re.compile(r"plc_([0-9a-f]{16})_([0-9A-Za-z_-]{43})")
_ORGANISATION_OF = {
    Role.INSTITUTION: OrganisationKind.INSTITUTION,
    Role.STUDENT: OrganisationKind.INSTITUTION,
    Role.PROVIDER: OrganisationKind.PROVIDER,
}
_WITHIN_A_UNIT = {Role.UNIT, Role.SUPERVISOR}


def create_token(
    session: Session,
    by: Caller,
    role: Role,
    organisation: str | None = None,
    unit: str | None = None,
    label: str | None = None,
) -> str:
    """Give someone a role in the organisation or unit that it belongs to, and return their token."""
    _let_only_a_coordinator(by)
    _check_belonging(session, role, organisation, unit)
    secret = secrets.token_urlsafe(32)
    row = ApiToken(
        id=secrets.token_hex(8),
        secret_sha256=digest(secret),
        role=role,
        organisation_id=organisation,
        unit_id=unit,
        label=label or role.value,
    )
    session.add(row)
    audit.record(session, by, Action.CREATED, row)
    return f"plc_{row.id}_{secret}"


def revoke_token(session: Session, by: Caller, token: str) -> None:
    """Take a token back by its id; it stops working at once."""
    _let_only_a_coordinator(by)
    row = session.get(ApiToken, token)
    if row is None or row.revoked_at is not None:
        raise NotFoundError(token)
    before = audit.snapshot(row)
    row.revoked_at = now()
    session.add(row)
    audit.record(session, by, Action.CHANGED, row, before)


def caller_of(session: Session, token: str) -> Caller | None:
    """Tell who shows a token; nobody, where it is unknown, wrong or revoked."""
    form = _FORM.fullmatch(token)
    row = session.get(ApiToken, form[1]) if form else None
    if form is None or row is None or row.revoked_at is not None:
        return None
    if not hmac.compare_digest(digest(form[2]), row.secret_sha256):
        return None
    return _caller_by(row)


def bearer_of(session: Session, token: str) -> Caller | None:
    """Tell whose a token is, by its id, for what it has set going; nobody's, once it is revoked."""
    row = session.get(ApiToken, token)
    return None if row is None or row.revoked_at is not None else _caller_by(row)


def tokens_of(by: Caller) -> ColumnElement[bool]:
    """Return which tokens give the caller's own role where the caller holds it: what they have made is the caller's."""
    return and_(
        col(ApiToken.role) == by.role,
        col(ApiToken.organisation_id).is_not_distinct_from(by.organisation),
        col(ApiToken.unit_id).is_not_distinct_from(by.unit),
    )


def holder_of(session: Session, by: Caller) -> str:
    """Return what the caller's token is labelled with: who holds it; the role where there is no token."""
    row = None if by.token is None else session.get(ApiToken, by.token)
    return by.role.value if row is None else row.label


def _caller_by(row: ApiToken) -> Caller:
    """Return who shows a token."""
    return Caller(role=row.role, organisation=row.organisation_id, unit=row.unit_id, token=row.id)


def digest(secret: str) -> str:
    """Return what is stored of a secret: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _let_only_a_coordinator(by: Caller) -> None:
    """Refuse everyone but the coordinator."""
    if by.role is not Role.COORDINATOR:
        raise NotAllowedError(
            sv="Bara samordnaren ger och tar tillbaka åtkomst.",
            en="Only the coordinator gives and takes back access.",
        )


def _check_belonging(session: Session, role: Role, organisation: str | None, unit: str | None) -> None:
    """Refuse a role without the organisation or unit it belongs to, or with one it does not belong to."""
    kind = _ORGANISATION_OF.get(role)
    found = session.get(Organisation, organisation) if organisation is not None else None
    faults = []
    if kind is None and organisation is not None:
        faults.append(Fault("/organisation", f"the role {role} belongs to no organisation"))
    if kind is not None and (found is None or found.kind is not kind):
        faults.append(Fault("/organisation", f"the role {role} belongs to an organisation of kind {kind}"))
    if role not in _WITHIN_A_UNIT and unit is not None:
        faults.append(Fault("/unit", f"the role {role} belongs to no unit"))
    if role in _WITHIN_A_UNIT and (unit is None or session.get(Unit, unit) is None):
        faults.append(Fault("/unit", f"the role {role} belongs to a unit"))
    if faults:
        raise InvalidError(*faults)
