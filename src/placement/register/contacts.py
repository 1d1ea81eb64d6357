"""Contacts of organisations: the function that is written to, such as a joint mailbox, never a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from placement.callers import Caller, Role
from placement.register.organisations import show_organisation
from placement.register.writing import writing
from placement.store.access import PARTIES, allow, found, refuse_identity_number
from placement.tables import OrganisationContact


def find_contact(session: Session, by: Caller, organisation_id: str) -> OrganisationContact | None:
    """Return the contact of an organisation, if it has one; a party sees its own."""
    _hold_own(session, by, organisation_id)
    return session.get(OrganisationContact, organisation_id)


def show_contact(session: Session, by: Caller, organisation_id: str) -> OrganisationContact:
    """Show the contact of an organisation."""
    return found(find_contact(session, by, organisation_id), organisation_id)


def set_contact(session: Session, by: Caller, organisation_id: str, given: Mapping[str, Any]) -> OrganisationContact:
    """Set whom to write to at an organisation; a party sets its own."""
    row = find_contact(session, by, organisation_id)
    for name, text in given.items():
        refuse_identity_number(f"/{name}", text)
    with writing(session, by) as writer:
        if row is None:
            row = OrganisationContact(organisation_id=organisation_id, **given)
            writer.add(row)
        else:
            writer.change(row, given)
    return row


def remove_contact(session: Session, by: Caller, organisation_id: str) -> None:
    """Remove an organisation's contact; nothing more is mailed to it."""
    row = show_contact(session, by, organisation_id)
    with writing(session, by) as writer:
        writer.remove(row)


def _hold_own(session: Session, by: Caller, organisation_id: str) -> None:
    """Refuse another organisation's contact as one that does not exist."""
    allow(by, PARTIES)
    organisation = show_organisation(session, by, organisation_id)
    own = by.role is Role.COORDINATOR or organisation.id == by.organisation
    found(organisation if own else None, organisation_id)
