"""Routes of the contacts of organisations, to which reminders are mailed."""

from __future__ import annotations

from fastapi import APIRouter, Response

from placement.register import contacts
from placement_api.callers import Party
from placement_api.preconditions import IfMatch, IfMatchLater, tag
from placement_api.routes.paths import OrganisationPath
from placement_api.schemas.register.contacts import OrganisationContactGiven, OrganisationContactShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1/organisations/{organisationId}/contact", tags=["places"])


@router.get("", summary="Show an organisation's contact")
def show_contact(
    store: Transaction, by: Party, organisation_id: OrganisationPath, response: Response
) -> OrganisationContactShown:
    """Show the function at an organisation that is written to; a party sees its own.

    Visar den funktion hos en organisation som man skriver till; en part ser sin egen.
    """
    shown = OrganisationContactShown.of(contacts.show_contact(store, by, organisation_id))
    tag(response, shown)
    return shown


@router.put("", summary="Set an organisation's contact")
def set_contact(
    store: Transaction,
    by: Party,
    organisation_id: OrganisationPath,
    given: OrganisationContactGiven,
    expected: IfMatchLater,
    response: Response,
) -> OrganisationContactShown:
    """Set which function at an organisation is written to, such as a joint mailbox. Do not give a person's name.

    Anger vilken funktion hos en organisation man skriver till, som en gemensam brevlåda. Ange ingen persons namn.
    """
    now = contacts.find_contact(store, by, organisation_id)
    if now is not None:
        expected.hold(OrganisationContactShown.of(now), first=False)
    shown = OrganisationContactShown.of(contacts.set_contact(store, by, organisation_id, given.model_dump()))
    tag(response, shown)
    return shown


@router.delete("", status_code=204, summary="Remove an organisation's contact")
def remove_contact(store: Transaction, by: Party, organisation_id: OrganisationPath, expected: IfMatch) -> None:
    """Remove an organisation's contact; no reminder is mailed to it any more.

    Tar bort en organisations kontakt; inga fler påminnelser skickas dit med e-post.
    """
    expected.hold(OrganisationContactShown.of(contacts.show_contact(store, by, organisation_id)))
    contacts.remove_contact(store, by, organisation_id)
