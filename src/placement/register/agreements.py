"""Agreements: what a lärosäte and a provider have agreed on, for how long, and for how many student-weeks a term."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.errors import ConflictError
from placement.events import input_events
from placement.register.writing import Writer, writing
from placement.store.access import (
    COORDINATORS,
    FIRST,
    PARTIES,
    PROVIDERS,
    Page,
    Span,
    allow,
    fault,
    found,
    matching,
    page_of,
    refer,
)
from placement.tables import (
    Agreement,
    AgreementClause,
    AgreementUnit,
    AgreementVolume,
    Organisation,
    OrganisationKind,
    Term,
    Unit,
    agreement_party,
    ends_on,
)

BELONGINGS = ("units", "volumes", "clauses")


@dataclass(frozen=True, slots=True)
class Signed:
    """An agreement, the units it covers (None: every one), its volumes by term, and its clauses."""

    row: Agreement
    units: tuple[str, ...] | None
    volumes: tuple[AgreementVolume, ...]
    clauses: tuple[AgreementClause, ...]

    @property
    def ends_on(self) -> dt.date | None:
        """Return the last day of the agreement, with notice taken into account."""
        return ends_on(self.row)


def list_agreements(
    session: Session,
    by: Caller,
    *,
    institution: str | None = None,
    provider: str | None = None,
    span: Span = FIRST,
) -> Page[Signed]:
    """List the agreements the caller is a party to, by parties and first day."""
    allow(by, PARTIES)
    row = Agreement
    query = select(row).where(agreements_of(by))
    query = query.order_by(col(row.institution_id), col(row.provider_id), col(row.valid_from), col(row.id))
    wanted = (row.institution_id, institution), (row.provider_id, provider)
    page = page_of(session, matching(query, wanted), span)
    return Page(_with_belongings(session, page.rows), page.total)


def show_agreement(session: Session, by: Caller, agreement_id: str) -> Signed:
    """Show one agreement."""
    allow(by, PARTIES)
    query = select(Agreement).where(col(Agreement.id) == agreement_id, agreements_of(by))
    return _with_belongings(session, [found(session.exec(query).first(), agreement_id)])[0]


def sign_agreement(session: Session, by: Caller, given: Mapping[str, Any]) -> Signed:
    """Enter an agreement; a provider may only enter its own."""
    allow(by, PROVIDERS)
    values = dict(given)
    belongings = {name: values.pop(name) for name in BELONGINGS}
    row = Agreement(**values, every_unit=belongings["units"] is None)
    with writing(session, by) as writer:
        _check_parties(session, by, row)
        _check_terms(session, row, belongings)
        writer.add(row)
        _keep(writer, row, belongings)
        writer.tell(input_events.of_agreement(input_events.CREATED, row))
    return _with_belongings(session, [row])[0]


def change_agreement(session: Session, by: Caller, agreement_id: str, changes: Mapping[str, Any]) -> Signed:
    """Change an agreement, except its parties; notice has its own operation."""
    allow(by, PROVIDERS)
    row, values = show_agreement(session, by, agreement_id).row, dict(changes)
    for fixed in ("institution_id", "provider_id"):
        if values.get(fixed, getattr(row, fixed)) != getattr(row, fixed):
            raise fault(f"/{fixed}", "the parties of an agreement cannot be changed: enter another agreement")
    belongings = {name: values.pop(name) for name in BELONGINGS if name in values}
    if "units" in belongings:
        values["every_unit"] = belongings["units"] is None
    with writing(session, by) as writer:
        changed = writer.change(row, values)
        _check_terms(session, row, belongings)
        if kept := _keep(writer, row, belongings):
            writer.touch(row, "valid_from")
            changed += kept
        if changed:
            writer.tell(input_events.of_agreement(input_events.CHANGED, row, changed))
    return _with_belongings(session, [row])[0]


def give_notice(session: Session, by: Caller, agreement_id: str, day: dt.date) -> Signed:
    """Give notice on a day, as either party may: the agreement ends six months later, or earlier if it was to."""
    allow(by, PARTIES)
    row = show_agreement(session, by, agreement_id).row
    if row.notice_given_on is not None:
        raise ConflictError(
            sv=f"Avtalet är redan uppsagt, den {row.notice_given_on}.",
            en=f"Notice has already been given, on {row.notice_given_on}.",
        )
    with writing(session, by) as writer:
        writer.change(row, {"notice_given_on": day})
        writer.tell(input_events.of_agreement("notice-given", row))
    return _with_belongings(session, [row])[0]


def remove_agreement(session: Session, by: Caller, agreement_id: str) -> None:
    """Remove an agreement that was entered by mistake; to end an agreement, give notice."""
    allow(by, COORDINATORS)
    row = show_agreement(session, by, agreement_id).row
    with writing(session, by) as writer:
        writer.remove(row)
        writer.tell(input_events.of_agreement(input_events.REMOVED, row))


def agreements_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the agreements that the caller is a party to."""
    if by.role is Role.COORDINATOR:
        return true()
    party = Agreement.institution_id if by.role is Role.INSTITUTION else Agreement.provider_id
    return col(party) == by.organisation


def _check_parties(session: Session, by: Caller, row: Agreement) -> None:
    """Refuse parties that do not exist, or that the caller may not sign for."""
    parties = (
        ("/institution_id", row.institution_id, OrganisationKind.INSTITUTION),
        ("/provider_id", row.provider_id, OrganisationKind.PROVIDER),
    )
    for pointer, organisation_id, kind in parties:
        organisation = refer(session.get(Organisation, organisation_id), pointer, kind)
        if organisation.kind is not kind:
            raise fault(pointer, f"there is no such {kind}")
    if by.role is Role.PROVIDER and row.provider_id != by.organisation:
        raise fault("/provider_id", "there is no such provider")


def _check_terms(session: Session, row: Agreement, belongings: Mapping[str, Any]) -> None:
    """Refuse an agreement that contradicts itself, refers to what does not exist, or overlaps another."""
    if row.valid_to is not None and row.valid_to < row.valid_from:
        raise fault("/valid_to", "an agreement cannot end before it begins")
    for number, unit_id in enumerate(belongings.get("units") or ()):
        unit = refer(session.get(Unit, unit_id), f"/units/{number}", "unit")
        if agreement_party(unit) != row.provider_id:
            raise fault(f"/units/{number}", "the unit is not covered by this provider's agreements")
    for number, volume in enumerate(belongings.get("volumes", ())):
        refer(session.get(Term, volume["term_id"]), f"/volumes/{number}/term_id", "term")
        ceiling = volume["max_student_weeks"]
        if ceiling is not None and ceiling < volume["min_student_weeks"]:
            raise fault(f"/volumes/{number}/max_student_weeks", "the ceiling is lower than the floor")
    named = None if row.every_unit else belongings.get("units") or _units_of(session, [row])[row.id]
    _refuse_overlap(session, row, named)


def _refuse_overlap(session: Session, row: Agreement, units: Sequence[str] | None) -> None:
    """Refuse a second agreement that could cover the same placement: such a term cannot be planned."""
    others = session.exec(
        select(Agreement).where(
            col(Agreement.institution_id) == row.institution_id,
            col(Agreement.provider_id) == row.provider_id,
            col(Agreement.id) != row.id,
        )
    ).all()
    covered = _units_of(session, others)
    for other in others:
        same_units = _share(units, None if other.every_unit else covered[other.id])
        if same_units and _share(row.professions, other.professions) and _meet(row, other):
            raise ConflictError(
                sv=f"Avtalet {other.id} gäller redan för samma parter, enheter, yrken och tid.",
                en=f"The agreement {other.id} already covers the same parties, units, professions and time.",
            )


def _share(some: Iterable[str] | None, others: Iterable[str] | None) -> bool:
    """Tell whether two selections have something in common; None selects everything."""
    return some is None or others is None or not set(some).isdisjoint(others)


def _meet(one: Agreement, other: Agreement) -> bool:
    """Tell whether both agreements are in force on some day."""
    first = max(one.valid_from, other.valid_from)
    return all(end is None or end >= first for end in (ends_on(one), ends_on(other)))


def _keep(writer: Writer, row: Agreement, belongings: Mapping[str, Any]) -> list[str]:
    """Store the units, volumes and clauses that are given; return the names of those fields that changed."""
    changed = []
    if "units" in belongings:
        present = writer.session.exec(select(AgreementUnit).where(col(AgreementUnit.agreement_id) == row.id)).all()
        wanted = [AgreementUnit(agreement_id=row.id, unit_id=unit) for unit in belongings["units"] or ()]
        if writer.settle(present, wanted):
            changed.append("units")
    for name, table in (("volumes", AgreementVolume), ("clauses", AgreementClause)):
        if name in belongings:
            rows = writer.session.exec(select(table).where(col(table.agreement_id) == row.id)).all()
            if writer.settle(rows, [table(agreement_id=row.id, **values) for values in belongings[name]]):
                changed.append(name)
    return changed


def _units_of(session: Session, rows: Sequence[Agreement]) -> dict[str, list[str]]:
    """Read the units that agreements name."""
    named: dict[str, list[str]] = defaultdict(list)
    query = select(AgreementUnit).where(col(AgreementUnit.agreement_id).in_([row.id for row in rows]))
    for unit in session.exec(query.order_by(col(AgreementUnit.unit_id))):
        named[unit.agreement_id].append(unit.unit_id)
    return named


def _with_belongings(session: Session, rows: Sequence[Agreement]) -> list[Signed]:
    """Read the units, volumes and clauses of several agreements at once."""
    ids = [row.id for row in rows]
    units = _units_of(session, rows)
    volumes: dict[str, list[AgreementVolume]] = defaultdict(list)
    clauses: dict[str, list[AgreementClause]] = defaultdict(list)
    by_term = select(AgreementVolume).where(col(AgreementVolume.agreement_id).in_(ids))
    for volume in session.exec(by_term.order_by(col(AgreementVolume.term_id))):
        volumes[volume.agreement_id].append(volume)
    by_figure = select(AgreementClause).where(col(AgreementClause.agreement_id).in_(ids))
    for clause in session.exec(by_figure.order_by(col(AgreementClause.figure))):
        clauses[clause.agreement_id].append(clause)
    return [
        Signed(
            row,
            None if row.every_unit else tuple(units[row.id]),
            tuple(volumes[row.id]),
            tuple(clauses[row.id]),
        )
        for row in rows
    ]
