"""Differences: an agreement held against the template clause by clause, in words and with both values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from placement.callers import Caller
from placement.equal_terms.comparing import Compared, Standing, compare_figure, own_value
from placement.equal_terms.terms import Terms, terms_of
from placement.equal_terms.values import Naming
from placement.register.agreements import Signed, show_agreement
from placement.register.lists import Lists
from placement.register.templates import Dated, clauses_on, template_for
from placement.store.access import PARTIES, allow
from placement.tables import AgreementTemplate, Figure, Organisation, OrganisationKind, WordList
from placement_solver.words import Words

_NOT_SETTLED = Words("regleras inte", "not settled")
_BETTER = {
    OrganisationKind.INSTITUTION: Words(
        "Bättre för lärosätet än mallen.", "Better for the lärosäte than the template."
    ),
    OrganisationKind.PROVIDER: Words("Bättre för huvudmannen än mallen.", "Better for the provider than the template."),
}
_WORSE = {
    OrganisationKind.INSTITUTION: Words("Sämre för lärosätet än mallen.", "Worse for the lärosäte than the template."),
    OrganisationKind.PROVIDER: Words("Sämre för huvudmannen än mallen.", "Worse for the provider than the template."),
}
_OPTIONAL = frozenset({Figure.FLOOR, Figure.CEILING, Figure.PRICE, Figure.CANCELLATION})
"""The figures that an agreement need not have a value for; the others every agreement has, whatever it says."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How an agreement stands to a clause of the template; without a clause, what the template does not settle."""

    figure: Figure | None
    clause: Dated | None
    own_clause: str | None
    compared: Compared

    @property
    def standing(self) -> Standing:
        """Return how the agreement stands to the clause."""
        return self.compared.standing

    @property
    def words(self) -> Words:
        """Say how the agreement stands to the clause, with both values."""
        one = self.compared
        ours, theirs = one.in_agreement or _NOT_SETTLED, one.in_template or _NOT_SETTLED
        if one.standing is Standing.SAME:
            return Words(f"Som i mallen: {ours.sv}.", f"As in the template: {ours.en}.")
        if one.standing is Standing.TEXT:
            return Words("Klausulen har inget värde att jämföra.", "The clause has no value to compare.")
        if one.standing is Standing.NOT_APPLICABLE:
            return Words(
                f"Klausulen gäller inte avtalets yrken: {ours.sv}.",
                f"The clause is not about the agreement's professions: {ours.en}.",
            )
        sides = [words[side] for words, side in ((_BETTER, one.better_for), (_WORSE, one.worse_for)) if side]
        return Words(
            " ".join([f"I avtalet: {ours.sv}. I mallen: {theirs.sv}.", *(each.sv for each in sides)]),
            " ".join([f"In the agreement: {ours.en}. In the template: {theirs.en}.", *(each.en for each in sides)]),
        )


@dataclass(frozen=True, slots=True)
class Differences:
    """An agreement's differences from the template on a day; without a template there is nothing to compare with."""

    signed: Signed
    day: dt.date
    template: AgreementTemplate | None
    lines: tuple[Difference, ...]

    def count(self, standing: Standing) -> int:
        """Count the clauses to which the agreement stands in a way."""
        return sum(line.standing is standing for line in self.lines)


def show_differences(session: Session, by: Caller, agreement_id: str, day: dt.date) -> Differences:
    """Show how an agreement differs from the template that is in force on a day."""
    allow(by, PARTIES)
    signed = show_agreement(session, by, agreement_id)
    template = template_for(session, session.get_one(Organisation, signed.row.provider_id))
    if template is None:
        return Differences(signed, day, None, ())
    (terms,) = terms_of(session, [signed], day)
    clauses = clauses_on(session, template.id, day)
    return Differences(signed, day, template, compare(terms, clauses, professions_in(session)))


def compare(terms: Terms, clauses: Sequence[Dated], names: Naming) -> tuple[Difference, ...]:
    """Hold what an agreement says against each clause, in order, and then name what only the agreement settles."""
    return (*(_of_clause(terms, clause, names) for clause in clauses), *_beyond(terms, clauses, names))


def professions_in(session: Session) -> Naming:
    """Return the names of the professions by code."""
    return Lists(session).of(WordList.PROFESSION).names


def _of_clause(terms: Terms, clause: Dated, names: Naming) -> Difference:
    """Hold what an agreement says against one clause."""
    figure = clause.row.figure
    own = None if figure is None else terms.clause_about(figure)
    return Difference(figure, clause, own, compare_figure(terms, clause, names))


def _beyond(terms: Terms, clauses: Sequence[Dated], names: Naming) -> Iterator[Difference]:
    """Yield what an agreement settles and the template does not: a clause about it, or a value of its own choice."""
    settled = {clause.row.figure for clause in clauses}
    for figure in Figure:
        own, value = terms.clause_about(figure), own_value(terms, figure, names)
        if figure not in settled and (own is not None or (figure in _OPTIONAL and value is not None)):
            yield Difference(figure, None, own, Compared(Standing.BEYOND, None, value))
