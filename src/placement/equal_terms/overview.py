"""Overview: every agreement of the county clause by clause, and every provider that has none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.equal_terms.comparing import Standing
from placement.equal_terms.differences import Differences, compare, professions_in
from placement.equal_terms.terms import terms_of
from placement.register.agreements import Signed, in_force_on
from placement.register.letter import parties_on
from placement.register.templates import Dated, clauses_on, kind_of, show_template
from placement.store.access import FIRST, PARTIES, Page, Span, allow
from placement.tables import (
    AgreementTemplate,
    LetterParty,
    Municipality,
    Organisation,
    OrganisationKind,
    ProviderKind,
)
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A provider's agreement with a lärosäte and how it stands to the template; or a provider without any agreement.

    A municipality that is not even entered as a provider has no id. ``letter`` is the provider's own time as a party to
    the letter of intent, ``institution_letter`` the lärosäte's.
    """

    provider_id: str | None
    provider: Words
    municipality_code: str | None
    institution: Organisation | None
    differences: Differences | None
    letter: LetterParty | None
    institution_letter: LetterParty | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The template on a day, its clauses, and every agreement's standpoint, by provider and lärosäte."""

    template: AgreementTemplate
    day: dt.date
    clauses: tuple[Dated, ...]
    lines: tuple[Standpoint, ...]


def show_overview(session: Session, by: Caller, template_id: str, day: dt.date) -> Overview:
    """Show how the agreements in force on a day stand to a template: all of them, or a party's own.

    Beside them stand the providers of the template's kind, and the county's municipalities, without any agreement; for
    a lärosäte without one with itself, and for a provider only itself.
    """
    allow(by, PARTIES)
    template = show_template(session, by, template_id)
    organisations = {row.id: row for row in session.exec(select(Organisation))}
    providers = {
        row.id: row
        for row in organisations.values()
        if row.kind is OrganisationKind.PROVIDER and kind_of(row, organisations) is template.provider_kind
    }
    clauses, names = clauses_on(session, template.id, day), professions_in(session)
    signed = in_force_on(session, by, day, providers)
    letters = parties_on(session, day)
    lines = [
        _of_agreement(organisations, letters, Differences(each, day, template, compare(terms, clauses, names)))
        for each, terms in zip(signed, terms_of(session, signed, day), strict=True)
    ]
    lines += _without(session, by, template, providers, signed, letters)
    lines.sort(key=_order)
    return Overview(template, day, tuple(clauses), tuple(lines))


def list_standpoints(
    session: Session, by: Caller, template_id: str, day: dt.date, *, equal: bool | None = None, span: Span = FIRST
) -> Page[Standpoint]:
    """List the lines of the overview, optionally only those that are as the template, or only those that are not."""
    lines = show_overview(session, by, template_id, day).lines
    wanted = [line for line in lines if equal is None or is_equal(line) is equal]
    return Page(wanted[span.offset : span.offset + span.limit], len(wanted))


def is_equal(line: Standpoint) -> bool:
    """Tell whether there is an agreement, and it is as the template in everything that can be compared."""
    apart = (Standing.DIFFERS, Standing.MISSING, Standing.BEYOND)
    return line.differences is not None and not any(map(line.differences.count, apart))


def _of_agreement(
    organisations: Mapping[str, Organisation], letters: Mapping[str, LetterParty], differences: Differences
) -> Standpoint:
    """Return the line of an agreement."""
    row = differences.signed.row
    provider, institution = organisations[row.provider_id], organisations[row.institution_id]
    return Standpoint(
        provider.id,
        Words(provider.name_sv, provider.name_en),
        provider.municipality_code,
        institution,
        differences,
        letters.get(provider.id),
        letters.get(institution.id),
    )


def _without(
    session: Session,
    by: Caller,
    template: AgreementTemplate,
    providers: Mapping[str, Organisation],
    signed: list[Signed],
    letters: Mapping[str, LetterParty],
) -> list[Standpoint]:
    """Return the lines of those that have no agreement, as far as they concern the caller.

    Care that is run privately may be covered by its funder's agreement, so only providers of the kind itself count.
    """
    having = {each.row.provider_id for each in signed}
    own_kind = [row for row in providers.values() if row.provider_kind is template.provider_kind and row.in_county]
    lines = [
        Standpoint(
            row.id, Words(row.name_sv, row.name_en), row.municipality_code, None, None, letters.get(row.id), None
        )
        for row in own_kind
        if row.id not in having and (by.role is not Role.PROVIDER or row.id == by.organisation)
    ]
    if template.provider_kind is ProviderKind.MUNICIPALITY and by.role is not Role.PROVIDER:
        entered = {row.municipality_code for row in own_kind}
        inside = select(Municipality).where(col(Municipality.in_county))
        lines += [
            Standpoint(None, Words(row.name, row.name), row.code, None, None, None, None)
            for row in session.exec(inside)
            if row.code not in entered
        ]
    return lines


def _order(line: Standpoint) -> tuple[str, str, str]:
    """Return a line's place: by the names of provider and lärosäte, and the agreement's id."""
    institution = "" if line.institution is None else line.institution.name_sv
    agreement = "" if line.differences is None else line.differences.signed.row.id
    return line.provider.sv, institution, agreement
