"""The letter of intent: who is a party to it, from when, and until when if it has told the others that it leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller, Role
from placement.clock import today
from placement.errors import ConflictError
from placement.events import input_events
from placement.register.writing import writing
from placement.store.access import (
    ANYONE,
    COORDINATORS,
    FIRST,
    PARTIES,
    Page,
    Span,
    allow,
    conflict,
    fault,
    found,
    matching,
    page_of,
    refer,
)
from placement.tables import LetterParty, Organisation, OrganisationKind, ProviderKind, leaves_on

_ALWAYS = dt.date.max


def list_letter_parties(
    session: Session, by: Caller, *, organisation: str | None = None, span: Span = FIRST
) -> Page[LetterParty]:
    """List the parties to the letter of intent, those that have left included, by organisation and first day."""
    allow(by, ANYONE)
    row = LetterParty
    query = select(row).order_by(col(row.organisation_id), col(row.joined_on), col(row.id))
    return page_of(session, matching(query, [(row.organisation_id, organisation)]), span)


def show_letter_party(session: Session, by: Caller, party_id: str) -> LetterParty:
    """Show one party."""
    allow(by, ANYONE)
    return found(session.get(LetterParty, party_id), party_id)


def join_letter(session: Session, by: Caller, given: Mapping[str, Any]) -> LetterParty:
    """Enter a municipality or a lärosäte as a party from a day on."""
    allow(by, COORDINATORS)
    organisation = refer(session.get(Organisation, given["organisation_id"]), "/organisation_id", nouns.ORGANISATION)
    if (
        organisation.kind is not OrganisationKind.INSTITUTION
        and organisation.provider_kind is not ProviderKind.MUNICIPALITY
    ):
        raise fault(
            "/organisation_id",
            "only municipalities and lärosäten are parties to the letter of intent",
            "bara kommuner och lärosäten är parter i avsiktsförklaringen",
        )
    for other in session.exec(select(LetterParty).where(LetterParty.organisation_id == organisation.id)):
        if (leaves_on(other) or _ALWAYS) >= given["joined_on"]:
            raise conflict(
                "/joined_on",
                "The organisation is already a party then.",
                "Organisationen är redan part då.",
            )
    row = LetterParty(**given)
    with writing(session, by) as writer:
        writer.add(row)
        writer.tell(input_events.of_letter("joined", row))
    return row


def leave_letter(session: Session, by: Caller, party_id: str, day: dt.date) -> LetterParty:
    """Note that a party told the others on a day that it leaves; a party may do so for itself."""
    row = _own_party(session, by, party_id)
    if row.notice_given_on is not None:
        raise ConflictError(
            sv=f"Parten har redan meddelat det, den {row.notice_given_on}.",
            en=f"The party has already told, on {row.notice_given_on}.",
        )
    if day < row.joined_on:
        raise fault(
            "/given_on",
            "a party cannot leave before it has joined",
            "en part kan inte lämna innan den har anslutit sig",
        )
    with writing(session, by) as writer:
        writer.change(row, {"notice_given_on": day})
        writer.tell(input_events.of_letter("notice-given", row))
    return row


def stay_in_letter(session: Session, by: Caller, party_id: str) -> LetterParty:
    """Note that a party that was to leave stays, as long as its last day has not passed."""
    row = _own_party(session, by, party_id)
    last = leaves_on(row)
    if last is None:
        raise ConflictError(sv="Parten har inte meddelat att den lämnar.", en="The party has not told that it leaves.")
    if last < today():
        raise ConflictError(
            sv=f"Parten lämnade den {last}. För in den på nytt i stället.",
            en=f"The party left on {last}. Enter it anew instead.",
        )
    with writing(session, by) as writer:
        writer.change(row, {"notice_given_on": None})
        writer.tell(input_events.of_letter("notice-withdrawn", row))
    return row


def remove_letter_party(session: Session, by: Caller, party_id: str) -> None:
    """Remove a party that was entered by mistake; one that leaves tells so instead."""
    allow(by, COORDINATORS)
    row = show_letter_party(session, by, party_id)
    with writing(session, by) as writer:
        writer.remove(row)
        writer.tell(input_events.of_letter("removed", row))


def parties_on(session: Session, day: dt.date) -> Mapping[str, LetterParty]:
    """Return the parties on a day by organisation."""
    rows = session.exec(select(LetterParty).where(col(LetterParty.joined_on) <= day))
    return {row.organisation_id: row for row in rows if (leaves_on(row) or _ALWAYS) >= day}


def _own_party(session: Session, by: Caller, party_id: str) -> LetterParty:
    """Return a party that the caller may act for: any for a coordinator, else the caller's own organisation."""
    allow(by, PARTIES)
    row = show_letter_party(session, by, party_id)
    own = by.role is Role.COORDINATOR or row.organisation_id == by.organisation
    return found(row if own else None, party_id)
