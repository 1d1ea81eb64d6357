"""Choices: the words that a column of a template may be filled in with, as far as they are known to the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlmodel import Session

from placement import nouns
from placement.callers import Caller
from placement.register.lists import Lists
from placement.sheets import names
from placement.sheets.names import Names
from placement.tables import OrganisationKind
from placement_solver.words import Words

MOST_CHOICES = 2_000
_NAMED: dict[str, Callable[[Session, Caller], Names]] = {
    "cohortId": names.cohorts,
    "fundedById": lambda session, _by: names.organisations(session, OrganisationKind.PROVIDER, nouns.PROVIDER),
    "institutionId": lambda session, _by: names.institutions(session),
    "institutions": lambda session, _by: names.institutions(session),
    "municipalityCode": lambda session, _by: names.municipalities(session),
    "operatorId": lambda session, _by: names.organisations(session, OrganisationKind.PROVIDER, nouns.PROVIDER),
    "programmeId": names.programmes,
    "providerId": lambda session, _by: names.organisations(session, OrganisationKind.PROVIDER, nouns.PROVIDER),
    "siteId": lambda session, _by: names.sites(session),
    "termId": lambda session, _by: names.terms(session),
    "unitId": lambda session, by: names.OwnUnits(session, by).names,
}
_LISTED = {"profession": "professions", "professions": "professions", "kinds": "unit_kinds"}


def choices_of(session: Session, by: Caller, heads: Iterable[str], language: str) -> dict[str, list[str]]:
    """Return the choices of every column that has some: the words of a list, or the names of stored rows."""
    lists, found = Lists(session), {}
    for head in heads:
        if head in _LISTED:
            words: Iterable[Words] = getattr(lists, _LISTED[head]).names.values()
            found[head] = sorted(each.sv if language == "sv" else each.en for each in words)
        elif head in _NAMED:
            found[head] = _NAMED[head](session, by).all()[:MOST_CHOICES]
    return {head: words for head, words in found.items() if words}
