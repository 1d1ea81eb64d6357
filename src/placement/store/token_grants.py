"""Grants: what may be given with a token, and by whom: a role with its organisation or unit, and a last day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import today
from placement.errors import Fault, InvalidError, NotAllowedError
from placement.nouns import joined
from placement.store import access
from placement.store.scopes import units_of
from placement.tables import Organisation, OrganisationKind, Unit

GIVES: Mapping[Role, frozenset[Role]] = {
    Role.COORDINATOR: frozenset(Role),
    Role.INSTITUTION: frozenset({Role.INSTITUTION, Role.STUDENT}),
    Role.PROVIDER: frozenset({Role.PROVIDER, Role.UNIT, Role.SUPERVISOR}),
}
"""The roles whose tokens somebody may make: an organisation's own, and those within it."""
_ORGANISATION_OF = {
    Role.INSTITUTION: OrganisationKind.INSTITUTION,
    Role.STUDENT: OrganisationKind.INSTITUTION,
    Role.PROVIDER: OrganisationKind.PROVIDER,
}
_A_SWEDISH = {OrganisationKind.INSTITUTION: "ett lärosäte", OrganisationKind.PROVIDER: "en huvudman"}
_WITHIN_A_UNIT = {Role.UNIT, Role.SUPERVISOR}


def organisation_for(
    session: Session, by: Caller, role: Role, organisation: str | None, unit: str | None
) -> str | None:
    """Return the organisation of a new token, an organisation's own unless given, if the caller may make such a token.

    Raises:
        InvalidError: the role is not the caller's to give, its organisation or unit is missing or not the caller's, or
            the role has none.

    """
    if role not in GIVES[by.role]:
        may = joined([each.words for each in Role if each in GIVES[by.role]])
        raise access.fault(
            "/role",
            f"you may make tokens of these roles: {may.en}",
            f"du får skapa åtkomstnycklar för rollerna {may.sv}",
        )
    if organisation is None and role in _ORGANISATION_OF:
        organisation = by.organisation
    faults = [*_faults_of_organisation(session, by, role, organisation), *_faults_of_unit(session, by, role, unit)]
    if faults:
        raise InvalidError(*faults)
    return organisation


def check_operator(by: Caller) -> None:
    """Refuse to give the right to see protected students to others than an operator on the machine."""
    if by.token != SYSTEM.token:
        raise NotAllowedError(
            sv="Bara den som sköter tjänsten ger rätten att se studenter med skyddade personuppgifter.",
            en="Only whoever operates the service gives the right to see students with a protected identity.",
        )


def last_day(expires_on: dt.date | None, most_days: int) -> dt.date:
    """Return the last day of a token that is made or rotated now: the latest possible unless another is given."""
    first, latest = today(), today() + dt.timedelta(days=most_days)
    if expires_on is None:
        return latest
    if not first <= expires_on <= latest:
        raise access.fault(
            "/expires_on", f"give a day from {first} to {latest}", f"ange en dag från {first} till {latest}"
        )
    return expires_on


def _faults_of_organisation(session: Session, by: Caller, role: Role, organisation: str | None) -> list[Fault]:
    """Return what is wrong with the organisation given for a role, if anything."""
    kind, name = _ORGANISATION_OF.get(role), role.words
    if kind is None:
        none = Fault(
            "/organisation_id",
            f"the role {name.en} belongs to no organisation",
            f"rollen {name.sv} hör inte till någon organisation",
        )
        return [] if organisation is None else [none]
    found = session.get(Organisation, organisation) if organisation is not None else None
    if found is None or found.kind is not kind:
        return [
            Fault(
                "/organisation_id",
                f"the role {name.en} belongs to an organisation of kind {kind}",
                f"rollen {name.sv} hör till {_A_SWEDISH[kind]}",
            )
        ]
    if by.role is not Role.COORDINATOR and organisation != by.organisation:
        return [Fault("/organisation_id", "give your own organisation", "ange er egen organisation")]
    return []


def _faults_of_unit(session: Session, by: Caller, role: Role, unit: str | None) -> list[Fault]:
    """Return what is wrong with the unit given for a role, if anything; another's unit looks like one that is not."""
    name = role.words
    if role not in _WITHIN_A_UNIT:
        none = Fault(
            "/unit_id", f"the role {name.en} belongs to no unit", f"rollen {name.sv} hör inte till någon enhet"
        )
        return [] if unit is None else [none]
    if unit is None or session.exec(select(Unit.id).where(Unit.id == unit, units_of(by))).first() is None:
        return [Fault("/unit_id", f"the role {name.en} belongs to a unit", f"rollen {name.sv} hör till en enhet")]
    return []
