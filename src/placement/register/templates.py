"""Templates of the county's agreements: the coordinator's text, clause by clause, which every caller may read.

A clause is never rewritten. A change is a new row with the same key from a day on, and what was in force before stays.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.clock import today
from placement.errors import ConflictError, Fault, InvalidError
from placement.events import input_events
from placement.register.lists import Lists
from placement.register.payment_terms import hold_steps
from placement.register.writing import writing
from placement.store.access import (
    ANYONE,
    COORDINATORS,
    FIRST,
    Page,
    Span,
    allow,
    conflict,
    fault,
    found,
    page_of,
    refuse_identity_number,
)
from placement.store.batches import read_in_batches
from placement.tables import (
    AgreementTemplate,
    Figure,
    Organisation,
    ProviderKind,
    TemplateCancellation,
    TemplateClause,
)

NUMBERED = frozenset({Figure.VALIDITY, Figure.NOTICE, Figure.FLOOR, Figure.CEILING, Figure.PRICE})
"""The figures whose value is a number."""
BY_PROFESSION = frozenset({Figure.PROFESSIONS, Figure.PRICE})
"""The figures that are about some professions, or all."""
MOST_MONTHS = 120
_TEXTS = ("clause", "heading_sv", "heading_en", "text_sv", "text_en")
_ALWAYS = dt.date.max


@dataclass(frozen=True, slots=True)
class Dated:
    """A clause, its steps for cancellations, and the last day on which it is in force; None if nothing ends it yet."""

    row: TemplateClause
    until: dt.date | None
    steps: tuple[tuple[int, int], ...] = ()

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether the clause is in force on a day."""
        return self.row.valid_from <= day <= (self.until or _ALWAYS)


def list_templates(
    session: Session, by: Caller, *, provider_kind: ProviderKind | None = None, span: Span = FIRST
) -> Page[AgreementTemplate]:
    """List the county's templates, by the kind of provider that each is for."""
    allow(by, ANYONE)
    query = select(AgreementTemplate).order_by(col(AgreementTemplate.provider_kind), col(AgreementTemplate.id))
    if provider_kind is not None:
        query = query.where(AgreementTemplate.provider_kind == provider_kind)
    return page_of(session, query, span)


def show_template(session: Session, by: Caller, template_id: str) -> AgreementTemplate:
    """Show one template."""
    allow(by, ANYONE)
    return found(session.get(AgreementTemplate, template_id), template_id)


def add_template(session: Session, by: Caller, given: Mapping[str, Any]) -> AgreementTemplate:
    """Add the template for agreements with a kind of provider, without any clause yet; there is one for each kind."""
    allow(by, COORDINATORS)
    if template_of(session, given["provider_kind"]) is not None:
        raise conflict(
            "/provider_kind",
            "There is already a template for this kind of provider. Change its clauses instead.",
            "Det finns redan en mall för den här sortens huvudman. Ändra dess klausuler i stället.",
        )
    with writing(session, by) as writer:
        row = AgreementTemplate(**given)
        writer.add(row)
        writer.tell(input_events.of_template(row))
    return row


def rename_template(session: Session, by: Caller, template_id: str, changes: Mapping[str, Any]) -> AgreementTemplate:
    """Change what a template is called."""
    allow(by, COORDINATORS)
    row = show_template(session, by, template_id)
    with writing(session, by) as writer:
        if writer.change(row, changes):
            writer.tell(input_events.of_template(row))
    return row


def list_clauses(
    session: Session, by: Caller, template_id: str, *, on: dt.date | None = None, span: Span = FIRST
) -> Page[Dated]:
    """List a template's clauses by key and first day: those in force on a day, or every one that was or will be."""
    show_template(session, by, template_id)
    dated = [each for each in clauses_of(session, template_id) if on is None or each.holds_on(on)]
    return Page(dated[span.offset : span.offset + span.limit], len(dated))


def show_clause(session: Session, by: Caller, template_id: str, clause_id: str) -> Dated:
    """Show one clause of a template."""
    show_template(session, by, template_id)
    return found(next((each for each in clauses_of(session, template_id) if each.row.id == clause_id), None), clause_id)


def add_clause(session: Session, by: Caller, template_id: str, given: Mapping[str, Any]) -> Dated:
    """Add a clause from a day on; one with the key of an earlier clause takes its place from that day."""
    allow(by, COORDINATORS)
    template = _take(session, by, template_id)
    for name in _TEXTS:
        refuse_identity_number(f"/{name}", given.get(name))
    values = Lists(session).coded(given)
    steps = values.pop("cancellation_steps", None) or ()
    row = TemplateClause(template_id=template.id, **values)
    _check(row, steps)
    standing = [each.row for each in clauses_of(session, template_id)]
    if any(each.key == row.key and each.valid_from >= row.valid_from for each in standing):
        raise conflict(
            "/valid_from",
            "The clause has already been changed from this day or a later one. Give a later day.",
            "Klausulen är redan ändrad från den dagen eller en senare. Ange en senare dag.",
        )
    _refuse_double([*standing, row])
    with writing(session, by) as writer:
        writer.add(row)
        for step in steps:
            writer.add(TemplateCancellation(clause_id=row.id, **step))
        writer.tell(input_events.of_template(template, row))
    return show_clause(session, by, template_id, row.id)


def end_clause(session: Session, by: Caller, template_id: str, clause_id: str, last: dt.date | None) -> Dated:
    """Set a clause's last day, after which the template says nothing of it; None lets it go on."""
    allow(by, COORDINATORS)
    template, row = _take(session, by, template_id), show_clause(session, by, template_id, clause_id).row
    if last is not None and last < row.valid_from:
        raise fault("/valid_to", "a clause cannot end before it begins", "en klausul kan inte sluta innan den börjar")
    changed = TemplateClause(**{**row.model_dump(), "valid_to": last})
    _refuse_double([changed if each.row.id == row.id else each.row for each in clauses_of(session, template_id)])
    with writing(session, by) as writer:
        if writer.change(row, {"valid_to": last}):
            writer.tell(input_events.of_template(template, row))
    return show_clause(session, by, template_id, clause_id)


def remove_clause(session: Session, by: Caller, template_id: str, clause_id: str) -> None:
    """Remove a clause that has not begun; one that has been in force stays in the history, and is ended instead."""
    allow(by, COORDINATORS)
    template, row = _take(session, by, template_id), show_clause(session, by, template_id, clause_id).row
    if row.valid_from <= today():
        raise ConflictError(
            sv=f"Klausulen gäller sedan den {row.valid_from} och kan inte tas bort. Ange en sista dag i stället.",
            en=f"The clause has been in force since {row.valid_from} and cannot be removed. Give a last day instead.",
        )
    _refuse_double([each.row for each in clauses_of(session, template_id) if each.row.id != row.id])
    with writing(session, by) as writer:
        writer.remove(row)
        writer.tell(input_events.of_template(template, row))


def template_of(session: Session, kind: ProviderKind | None) -> AgreementTemplate | None:
    """Return the template for agreements with a kind of provider, if there is one."""
    return session.exec(select(AgreementTemplate).where(AgreementTemplate.provider_kind == kind)).first()


def kind_of(provider: Organisation, funders: Mapping[str, Organisation]) -> ProviderKind | None:
    """Return the kind of provider whose template an organisation's agreements are compared with.

    Care that is run privately for a municipality or a region is on the same terms as its funder's own.
    """
    funder = None if provider.funded_by_id is None else funders[provider.funded_by_id]
    return provider.provider_kind if funder is None else funder.provider_kind


def template_for(session: Session, provider: Organisation) -> AgreementTemplate | None:
    """Return the template that a provider's agreements are compared with, if there is one."""
    ids = {provider.funded_by_id} - {None}
    funders = session.exec(select(Organisation).where(col(Organisation.id).in_(ids)))
    return template_of(session, kind_of(provider, {row.id: row for row in funders}))


def clauses_of(session: Session, template_id: str) -> Sequence[Dated]:
    """Return every clause that a template has had or will have, by key and first day, each with its last day."""
    rows = session.exec(select(TemplateClause).where(TemplateClause.template_id == template_id)).all()
    steps: dict[str, list[tuple[int, int]]] = defaultdict(list)
    query = select(TemplateCancellation).order_by(col(TemplateCancellation.days_before))
    for step in read_in_batches(session, query, TemplateCancellation.clause_id, (row.id for row in rows)):
        steps[step.clause_id].append((step.days_before, step.percent))
    return [replace(each, steps=tuple(steps[each.row.id])) for each in _dated(rows)]


def clauses_on(session: Session, template_id: str, day: dt.date) -> Sequence[Dated]:
    """Return the clauses of a template that are in force on a day, by key."""
    return [each for each in clauses_of(session, template_id) if each.holds_on(day)]


def notice_months_in(session: Session, provider: Organisation, day: dt.date) -> int | None:
    """Return the months of notice that the template for a provider has on a day; None if it has none."""
    template = template_for(session, provider)
    clauses = [] if template is None else clauses_on(session, template.id, day)
    return next((each.row.number for each in clauses if each.row.figure is Figure.NOTICE), None)


def _take(session: Session, by: Caller, template_id: str) -> AgreementTemplate:
    """Return a template whose clauses nobody else changes until this transaction ends."""
    template = show_template(session, by, template_id)
    session.exec(select(AgreementTemplate.id).where(AgreementTemplate.id == template.id).with_for_update()).all()
    return template


def _dated(rows: Iterable[TemplateClause]) -> list[Dated]:
    """Return clauses with their last days: the day before the next of the same key, or their own if that is earlier."""
    ordered = sorted(rows, key=lambda row: (row.key, row.valid_from))
    following = [
        after.valid_from - dt.timedelta(days=1) if after.key == row.key else None for row, after in pairwise(ordered)
    ]
    dated = []
    for row, replaced in zip(ordered, [*following, None], strict=False):
        ends = [day for day in (row.valid_to, replaced) if day is not None]
        dated.append(Dated(row, min(ends, default=None)))
    return dated


def _check(row: TemplateClause, steps: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a clause whose value does not fit what it settles, or that ends before it begins."""
    faults = []
    if row.number is not None and row.figure not in NUMBERED:
        faults.append(
            Fault("/number", "what the clause settles has no number", "det som klausulen gäller har inget tal")
        )
    if row.number is None and row.figure is Figure.NOTICE:
        faults.append(Fault("/number", "give the months of notice", "ange uppsägningstiden i månader"))
    if row.figure in {Figure.NOTICE, Figure.VALIDITY} and (row.number or 0) > MOST_MONTHS:
        faults.append(Fault("/number", f"at most {MOST_MONTHS} months", f"högst {MOST_MONTHS} månader"))
    if row.professions is not None and row.figure not in BY_PROFESSION:
        faults.append(
            Fault(
                "/professions",
                "only a clause about professions or a price is for some professions",
                "bara en klausul om yrken eller ersättning gäller vissa yrken",
            )
        )
    if row.valid_to is not None and row.valid_to < row.valid_from:
        faults.append(
            Fault("/valid_to", "a clause cannot end before it begins", "en klausul kan inte sluta innan den börjar")
        )
    if steps and row.figure is not Figure.CANCELLATION:
        faults.append(
            Fault(
                "/cancellation_steps",
                "only a clause about cancellations has steps",
                "bara en klausul om avbokning har steg",
            )
        )
    if faults:
        raise InvalidError(*faults)
    hold_steps(steps)


def _refuse_double(rows: Sequence[TemplateClause]) -> None:
    """Refuse two clauses that settle the same figure of the same profession on the same day."""
    dated = [each for each in _dated(rows) if each.row.figure is not None]
    for number, one in enumerate(dated):
        for other in dated[:number]:
            if one.row.key != other.row.key and one.row.figure is other.row.figure and _meet(one, other):
                raise conflict(
                    "/figure",
                    f'The clause "{other.row.heading_en}" already settles this on the same days.',
                    f"Klausulen ”{other.row.heading_sv}” reglerar redan detta samma dagar.",
                )


def _meet(one: Dated, other: Dated) -> bool:
    """Tell whether two clauses are both in force on some day, for some profession."""
    first = max(one.row.valid_from, other.row.valid_from)
    if first > min(one.until or _ALWAYS, other.until or _ALWAYS):
        return False
    some, others = one.row.professions, other.row.professions
    if one.row.figure is not Figure.PRICE or some is None or others is None:
        return True
    return not set(some).isdisjoint(others)
