"""Tokens: ``plc_<id>_<secret>``, shown once when created; only the secret's digest is stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import replace

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.errors import Fault, InvalidError, NotAllowedError, NotFoundError
from placement.store import audit
from placement.store.access import refuse_identity_number
from placement.tables import Action, ApiToken, Organisation, OrganisationKind, Unit

_FORM = re.compile(r"plc_([0-9a-f]{16})_([0-9A-Za-z_-]{43})")
_ORGANISATION_OF = {
    Role.INSTITUTION: OrganisationKind.INSTITUTION,
    Role.STUDENT: OrganisationKind.INSTITUTION,
    Role.PROVIDER: OrganisationKind.PROVIDER,
}
_SECRET_BYTES = 35  # in base32, 56 characters without padding
_A_SWEDISH = {OrganisationKind.INSTITUTION: "ett lärosäte", OrganisationKind.PROVIDER: "en huvudman"}
_WITHIN_A_UNIT = {Role.UNIT, Role.SUPERVISOR}


def create_token(
    session: Session,
    by: Caller,
    role: Role,
    organisation: str | None = None,
    unit: str | None = None,
    label: str | None = None,
    *,
    sees_protected: bool = False,
) -> str:
    """Create a token for a role, with the organisation or unit that the role belongs to, and return it.

    Only an operator on the machine gives the right to see a lärosäte's students with a protected identity.
    """
    _let_only_a_coordinator(by)
    refuse_identity_number("/label", label)
    _check_belonging(session, role, organisation, unit)
    _check_protected(by, role, sees_protected=sees_protected)
    secret = secrets.token_urlsafe(32)
    row = ApiToken(
        id=secrets.token_hex(8),
        secret_sha256=digest(secret),
        role=role,
        organisation_id=organisation,
        unit_id=unit,
        sees_protected=sees_protected,
        label=label or role.value,
    )
    session.add(row)
    audit.record(session, by, Action.CREATED, row)
    return f"plc_{row.id}_{secret}"


def _check_protected(by: Caller, role: Role, *, sees_protected: bool) -> None:
    """Refuse the right to see protected students to other roles than a lärosäte's, and from others than an operator."""
    if not sees_protected:
        return
    if by != SYSTEM:
        raise NotAllowedError(
            sv="Bara den som sköter tjänsten ger rätten att se studenter med skyddade personuppgifter.",
            en="Only whoever operates the service gives the right to see students with a protected identity.",
        )
    if role is not Role.INSTITUTION:
        raise InvalidError(
            Fault(
                "/sees_protected",
                "only a lärosäte's token sees students with a protected identity",
                "bara ett lärosätes åtkomstnyckel ser studenter med skyddade personuppgifter",
            )
        )


def new_secret() -> str:
    """Make the secret part of an address that works without a token: 56 letters and digits that no one can guess."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode().lower()


def revoke_token(session: Session, by: Caller, token: str) -> None:
    """Revoke a token by its id; it stops working at once."""
    _let_only_a_coordinator(by)
    row = session.get(ApiToken, token)
    if row is None or row.revoked_at is not None:
        raise NotFoundError(token)
    before = audit.snapshot(row)
    row.revoked_at = now()
    session.add(row)
    audit.record(session, by, Action.CHANGED, row, before)


def caller_of(session: Session, token: str) -> Caller | None:
    """Return the caller who presents a token; None if it is unknown, wrong or revoked."""
    form = _FORM.fullmatch(token)
    row = session.get(ApiToken, form[1]) if form else None
    if form is None or row is None or row.revoked_at is not None:
        return None
    if not hmac.compare_digest(digest(form[2]), row.secret_sha256):
        return None
    return _caller_by(row)


def bearer_of(session: Session, token: str) -> Caller | None:
    """Return the caller of a token by its id, for work done on its behalf later; None if it is revoked.

    What is sent or shown on its behalf never has a student with a protected identity, even if the token sees them.
    """
    row = session.get(ApiToken, token)
    return None if row is None or row.revoked_at is not None else replace(_caller_by(row), sees_protected=False)


def tokens_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for tokens with the caller's role, organisation and unit: what they create is shared."""
    return and_(
        col(ApiToken.role) == by.role,
        col(ApiToken.organisation_id).is_not_distinct_from(by.organisation),
        col(ApiToken.unit_id).is_not_distinct_from(by.unit),
    )


def holder_of(session: Session, by: Caller) -> str:
    """Return the label of the caller's token, which says who holds it; the role if there is no token."""
    row = None if by.token is None else session.get(ApiToken, by.token)
    return by.role.value if row is None else row.label


def _caller_by(row: ApiToken) -> Caller:
    """Return the caller that a token stands for."""
    return Caller(
        role=row.role,
        organisation=row.organisation_id,
        unit=row.unit_id,
        token=row.id,
        sees_protected=row.sees_protected,
    )


def digest(secret: str) -> str:
    """Return the digest that is stored for a secret; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _let_only_a_coordinator(by: Caller) -> None:
    """Refuse everyone but the coordinator."""
    if by.role is not Role.COORDINATOR:
        raise NotAllowedError(
            sv="Bara samordnaren kan skapa och återkalla åtkomstnycklar.",
            en="Only the coordinator may create and revoke tokens.",
        )


def _check_belonging(session: Session, role: Role, organisation: str | None, unit: str | None) -> None:
    """Refuse a role whose organisation or unit is missing, or is one that the role cannot have."""
    kind = _ORGANISATION_OF.get(role)
    found = session.get(Organisation, organisation) if organisation is not None else None
    faults = []
    if kind is None and organisation is not None:
        faults.append(
            Fault(
                "/organisation",
                f"the role {role} belongs to no organisation",
                f"rollen {role} hör inte till någon organisation",
            )
        )
    if kind is not None and (found is None or found.kind is not kind):
        faults.append(
            Fault(
                "/organisation",
                f"the role {role} belongs to an organisation of kind {kind}",
                f"rollen {role} hör till {_A_SWEDISH[kind]}",
            )
        )
    if role not in _WITHIN_A_UNIT and unit is not None:
        faults.append(Fault("/unit", f"the role {role} belongs to no unit", f"rollen {role} hör inte till någon enhet"))
    if role in _WITHIN_A_UNIT and (unit is None or session.get(Unit, unit) is None):
        faults.append(Fault("/unit", f"the role {role} belongs to a unit", f"rollen {role} hör till en enhet"))
    if faults:
        raise InvalidError(*faults)
