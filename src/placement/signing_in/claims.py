"""Claims: which role, and where, the provider's statements about somebody give by the rules of the settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Role
from placement.settings import RoleRule, Settings
from placement.signing_in.refusing import refusal
from placement.signing_in.tokens import Claims
from placement.tables import Organisation, OrganisationKind, RefusalReason, Unit

_HSA = re.compile(r"SE[0-9]{10}-.")
"""An HSA id: the organisation number after SE, a hyphen, and what is within the organisation."""
_KINDS = {
    Role.INSTITUTION: OrganisationKind.INSTITUTION,
    Role.STUDENT: OrganisationKind.INSTITUTION,
    Role.PROVIDER: OrganisationKind.PROVIDER,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A role, and the organisation or the unit that it is for."""

    role: Role
    organisation: str | None = None
    unit: str | None = None


def standing_of(session: Session, settings: Settings, claims: Claims) -> Standing:
    """Return the one standing that the claims give.

    Raises:
        SignInError: they give none, or several that differ.

    """
    found = {
        standing
        for rule in settings.oidc_roles
        if rule.value in _texts(claims.get(rule.claim))
        for standing in _given_by(session, settings, rule, claims)
    }
    if len(found) > 1:
        raise refusal(RefusalReason.SEVERAL_ROLES)
    if not found:
        raise refusal(RefusalReason.NO_ROLE)
    return found.pop()


def _given_by(session: Session, settings: Settings, rule: RoleRule, claims: Claims) -> Iterator[Standing]:
    """Yield what a rule whose claim holds gives: one standing, or one for each organisation or unit named."""
    if rule.organisation_from is not None:
        for value in _texts(claims.get(rule.organisation_from)):
            names = _names_of(value, settings)
            query = select(Organisation.id).where(
                col(Organisation.external_id).in_(names), Organisation.kind == _KINDS[rule.role]
            )
            yield from (Standing(rule.role, organisation=each) for each in session.exec(query))
    elif rule.unit_from is not None:
        named = col(Unit.hsa_id).in_(_texts(claims.get(rule.unit_from)))
        yield from (Standing(rule.role, unit=each) for each in session.exec(select(Unit.id).where(named)))
    else:
        yield Standing(rule.role)


def _names_of(value: str, settings: Settings) -> list[str]:
    """Return the external id that a value stands for: itself, its scope after @, or the organisation in an HSA id."""
    within = value.rpartition("@")[2] if "@" in value else value
    within = within.partition("-")[0] if _HSA.match(within) else within
    known = settings.oidc_organisations
    return [known.get(value, known.get(within, within))]


def _texts(value: Any) -> list[str]:  # noqa: ANN401 (a claim is any JSON)
    """Return a claim's texts: it may be one, or a list; what no database can hold names nothing."""
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str) and each.isprintable()]
