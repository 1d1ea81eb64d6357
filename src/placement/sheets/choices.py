"""Choices: the words that a column of a template may be filled in with, as far as they are known to the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlmodel import Session

from placement import nouns
from placement.callers import Caller
from placement.register.lists import Lists
from placement.sheets import names
from placement.sheets.names import Names
from placement.tables import OrganisationKind, WordList
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
_LISTED = {"profession": WordList.PROFESSION, "professions": WordList.PROFESSION, "kinds": WordList.UNIT_KIND}


def choices_of(session: Session, by: Caller, heads: Sequence[str], language: str) -> dict[str, list[str]]:
    """Return the choices of every column that has some: the words of a list, or the names of stored rows."""
    found = {
        head: sorted(each.sv if language == "sv" else each.en for each in words.values())
        for head, words in names_of_lists(session, heads).items()
    }
    found |= {head: _NAMED[head](session, by).all()[:MOST_CHOICES] for head in heads if head in _NAMED}
    return {head: words for head, words in found.items() if words}


def names_of_lists(session: Session, heads: Iterable[str]) -> dict[str, Mapping[str, Words]]:
    """Return the names by code of each column that holds words of a list, such as professions."""
    lists = Lists(session)
    return {head: lists.of(_LISTED[head]).names for head in heads if head in _LISTED}
