"""Schemas of the contacts of organisations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from placement.tables import OrganisationContact
from placement.tables.places import LONGEST_EMAIL
from placement_api.schemas.base import Changeable, Given, Name, example
from placement_api.schemas.register.places import EMAIL

_CONTACT: dict[str, JsonValue] = {
    "contactFunction": "VFU-samordningen",
    "contactEmail": "vfu@nacka.example.se",
}


class OrganisationContactGiven(Given):
    """The function at an organisation that is written to, never a person. Den funktion som man skriver till."""

    model_config = example(_CONTACT)

    contact_function: Name
    contact_email: Annotated[str, Field(max_length=LONGEST_EMAIL, pattern=EMAIL)]


class OrganisationContactShown(Changeable):
    """The function at an organisation that is written to. Den funktion hos en organisation som man skriver till."""

    model_config = example({"id": "org_nacka", "version": 1, **_CONTACT})

    contact_function: str
    contact_email: str

    @classmethod
    def of(cls, contact: OrganisationContact) -> OrganisationContactShown:
        """Show a contact by its organisation's id."""
        return cls(id=contact.organisation_id, **contact.model_dump(exclude={"organisation_id"}))
