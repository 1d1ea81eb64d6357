"""Input events: what the feed reports when the input of a planning round is created, changed or withdrawn.

These events are thin: ids, a status, and the names of the fields that changed. A reader who wants more reads the object
itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic.alias_generators import to_camel

from placement.events.feed import Happening, Subject
from placement.tables import (
    Agreement,
    AgreementTemplate,
    CapacityOffer,
    LetterParty,
    OfferStatus,
    Request,
    RequestStatus,
    Supervisor,
    TemplateClause,
    Term,
)

CREATED, CHANGED, WITHDRAWN, LEFT, REMOVED = "created", "changed", "withdrawn", "left", "removed"


def of_request(what: str, request: Request, institution_id: str, changed: Iterable[str] = ()) -> Happening:
    """Write an event about a request, for its lärosäte; a change to withdrawn has its own kind."""
    changes = _names(changed)
    if what == CHANGED and "status" in changes and request.status is RequestStatus.WITHDRAWN:
        what = WITHDRAWN
    subject = Subject(f"request.{what}", "request", request.id, request.term_id, institution_id)
    return subject, {
        "requestId": request.id,
        "studentId": request.student_id,
        "courseId": request.course_id,
        "status": request.status,
        "changed": changes,
    }


def of_offer(what: str, offer: CapacityOffer, changed: Iterable[str] = ()) -> Happening:
    """Write an event about an offer, for its unit; a declined offer has its own kind."""
    changes = _names(changed)
    if offer.status is OfferStatus.DECLINED and (what == CREATED or "status" in changes):
        what = "declined"
    subject = Subject(f"offer.{what}", "offer", offer.id, offer.term_id, unit_id=offer.unit_id)
    return subject, {
        "offerId": offer.id,
        "unitId": offer.unit_id,
        "status": offer.status,
        "declineReason": offer.decline_reason,
        "changed": changes,
    }


def of_supervisor(what: str, supervisor: Supervisor, changed: Iterable[str] = ()) -> Happening:
    """Write an event about a supervisor, for the unit."""
    subject = Subject(f"supervisor.{what}", "supervisor", supervisor.id, unit_id=supervisor.unit_id)
    told: dict[str, Any] = {"supervisorId": supervisor.id, "unitId": supervisor.unit_id, "changed": _names(changed)}
    return subject, told


def of_agreement(what: str, agreement: Agreement, changed: Iterable[str] = ()) -> Happening:
    """Write an event about an agreement, for its parties."""
    subject = Subject(
        f"agreement.{what}",
        "agreement",
        agreement.id,
        institution_id=agreement.institution_id,
        provider_id=agreement.provider_id,
    )
    return subject, {
        "agreementId": agreement.id,
        "institutionId": agreement.institution_id,
        "providerId": agreement.provider_id,
        "changed": _names(changed),
    }


def of_template(template: AgreementTemplate, clause: TemplateClause | None = None) -> Happening:
    """Write an event for everyone about the county's template, or about one of its clauses."""
    subject = Subject("agreement-template.changed", "agreement-template", template.id)
    about = {} if clause is None else {"key": clause.key, "validFrom": clause.valid_from.isoformat()}
    return subject, {"templateId": template.id, **about}


def of_letter(what: str, party: LetterParty) -> Happening:
    """Write an event for everyone about who is a party to the letter of intent."""
    subject = Subject(f"letter-of-intent.{what}", "letter-party", party.id)
    return subject, {"partyId": party.id, "organisationId": party.organisation_id}


def of_term(term: Term, changed: Iterable[str]) -> Happening:
    """Write an event for everyone about the fields of a term that changed."""
    return Subject("term.changed", "term", term.id, term.id), {"termId": term.id, "changed": _names(changed)}


def _names(changed: Iterable[str]) -> list[str]:
    """Return the names of the fields that changed, as the API names them."""
    return sorted(map(to_camel, changed))
