"""ALF professions: whose education the state pays for, at units of which kind of provider, and since when.

The national agreement (ALF) is about the education of physicians; the region's own routines pay for speech therapy in
the same way. Their weeks are shown in statements and invoiced by none. A statement that is drawn up stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.register.lists import Lists
from placement.register.writing import keep_fixed
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, PARTIES, Page, Span, allow, conflict, fault, found, page_of
from placement.tables import AlfProfession


def list_alf_professions(session: Session, by: Caller, *, span: Span = FIRST) -> Page[AlfProfession]:
    """List the professions that the state pays for, by profession, kind of provider and first day."""
    allow(by, PARTIES)
    row = AlfProfession
    query = select(row).order_by(col(row.profession), col(row.provider_kind), col(row.valid_from))
    return page_of(session, query, span)


def show_alf_profession(session: Session, by: Caller, alf_id: str) -> AlfProfession:
    """Show one of them."""
    allow(by, PARTIES)
    return found(session.get(AlfProfession, alf_id), alf_id)


def add_alf_profession(session: Session, by: Caller, given: Mapping[str, Any]) -> AlfProfession:
    """Add a profession that the state pays for from a day on."""
    allow(by, COORDINATORS)
    row = AlfProfession(**Lists(session).coded(given))
    _check(session, row)
    access.add(session, by, row)
    return row


def change_alf_profession(session: Session, by: Caller, alf_id: str, changes: Mapping[str, Any]) -> AlfProfession:
    """Change for how long the state pays; another profession or kind of provider is another row."""
    allow(by, COORDINATORS)
    row, coded = show_alf_profession(session, by, alf_id), Lists(session).coded(changes)
    keep_fixed(row, coded, "profession", "provider_kind")
    _check(session, AlfProfession(**{**row.model_dump(), **coded}))
    access.change(session, by, row, coded)
    return row


def remove_alf_profession(session: Session, by: Caller, alf_id: str) -> None:
    """Remove one that was added by mistake; one that no longer holds has a last day."""
    allow(by, COORDINATORS)
    access.remove(session, by, show_alf_profession(session, by, alf_id))


def _check(session: Session, row: AlfProfession) -> None:
    """Refuse a row that ends before it begins, or that says the same as another for some day."""
    if row.valid_to is not None and row.valid_to < row.valid_from:
        raise fault("/valid_to", "this is before the first day", "detta är före den första dagen")
    same = select(AlfProfession).where(
        col(AlfProfession.profession) == row.profession,
        col(AlfProfession.provider_kind) == row.provider_kind,
        col(AlfProfession.id) != row.id,
    )
    for other in session.exec(same):
        begins = max(row.valid_from, other.valid_from)
        if all(each.valid_to is None or each.valid_to >= begins for each in (row, other)):
            raise conflict(
                "/valid_from",
                f"another row says the same from {other.valid_from}",
                f"en annan rad säger samma sak från {other.valid_from}",
            )
