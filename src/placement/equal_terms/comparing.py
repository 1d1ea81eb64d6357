"""Comparing: each figure's own way to hold an agreement's value against the template's.

For whom a difference is better or worse is told only where it is plain: of a price for both, of places, units and
professions for the lärosäte whose students they are for. Validity and months of notice bind both parties alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from placement.equal_terms import values
from placement.equal_terms.terms import Terms
from placement.equal_terms.values import Naming
from placement.tables import Figure, OrganisationKind, TemplateClause
from placement.vocabulary import Named
from placement_solver.words import Words

INSTITUTION, PROVIDER = OrganisationKind.INSTITUTION, OrganisationKind.PROVIDER


class Standing(Named):
    """How an agreement stands to a clause of the template."""

    SAME = "same", "samma", "same"
    DIFFERS = "differs", "skiljer sig", "differs"
    MISSING = "missing", "saknas", "missing"
    BEYOND = "beyond", "utöver mallen", "beyond the template"
    TEXT = "text", "text, jämförs inte", "text, not compared"
    NOT_APPLICABLE = "not-applicable", "gäller inte avtalet", "not applicable"


@dataclass(frozen=True, slots=True)
class Compared:
    """Two values in words, how the agreement's stands, and for which party it is better or worse."""

    standing: Standing
    in_template: Words | None = None
    in_agreement: Words | None = None
    better_for: OrganisationKind | None = None
    worse_for: OrganisationKind | None = None


def compare_figure(terms: Terms, clause: TemplateClause, names: Naming) -> Compared:
    """Hold what an agreement says against one clause of the template."""
    if clause.figure is None:
        return Compared(Standing.TEXT)
    return _WAYS[clause.figure](terms, clause, names)


def own_value(terms: Terms, figure: Figure, names: Naming) -> Words | None:
    """Return what an agreement itself says of a figure, in words; None if it says nothing."""
    row, volume = terms.signed.row, terms.volume
    match figure:
        case Figure.VALIDITY:
            return values.name_validity(row)
        case Figure.NOTICE:
            return values.name_months(row.notice_months)
        case Figure.PROFESSIONS:
            return values.name_professions(row.professions, names)
        case Figure.UNITS:
            return values.name_cover(terms.cover)
        case Figure.FLOOR:
            return values.name_weeks(volume.min_student_weeks) if volume and volume.min_student_weeks else None
        case Figure.CEILING:
            ceiling = None if volume is None else volume.max_student_weeks
            return None if ceiling is None else values.name_weeks(ceiling)
        case Figure.PRICE:
            return None if terms.price_ore is None else values.name_price(terms.price_ore, row.currency)


def _validity(terms: Terms, clause: TemplateClause, names: Naming) -> Compared:
    row = terms.signed.row
    wanted = None if clause.number is None else values.last_day(row.valid_from, clause.number)
    standing = Standing.SAME if row.valid_to == wanted else Standing.DIFFERS
    return Compared(standing, values.name_time(clause.number), own_value(terms, Figure.VALIDITY, names))


def _notice(terms: Terms, clause: TemplateClause, names: Naming) -> Compared:
    same = terms.signed.row.notice_months == clause.number
    wanted = values.name_months(clause.number or 0)
    return Compared(Standing.SAME if same else Standing.DIFFERS, wanted, own_value(terms, Figure.NOTICE, names))


def _professions(terms: Terms, clause: TemplateClause, names: Naming) -> Compared:
    told = values.name_professions(clause.professions, names), own_value(terms, Figure.PROFESSIONS, names)
    own, wanted = terms.signed.row.professions, clause.professions
    if _same(own, wanted):
        return Compared(Standing.SAME, *told)
    if _within(wanted, own):
        return Compared(Standing.BEYOND, *told, better_for=INSTITUTION)
    return Compared(Standing.DIFFERS, *told, worse_for=INSTITUTION if _within(own, wanted) else None)


def _units(terms: Terms, _clause: TemplateClause, names: Naming) -> Compared:
    told = values.EVERY_UNIT, own_value(terms, Figure.UNITS, names)
    if terms.cover.covered == terms.cover.units:
        return Compared(Standing.SAME, *told)
    return Compared(Standing.DIFFERS, *told, worse_for=INSTITUTION)


def _floor(terms: Terms, clause: TemplateClause, names: Naming) -> Compared:
    own = 0 if terms.volume is None else terms.volume.min_student_weeks
    return _places(terms, clause, own, own_value(terms, Figure.FLOOR, names) or values.name_weeks(own))


def _ceiling(terms: Terms, clause: TemplateClause, names: Naming) -> Compared:
    own = None if terms.volume is None else terms.volume.max_student_weeks
    told = own_value(terms, Figure.CEILING, names) or Words("inget tak", "no ceiling")
    return _places(terms, clause, own, told)


def _places(terms: Terms, clause: TemplateClause, own: int | None, told: Words) -> Compared:
    """Compare a floor or a ceiling in student-weeks: more is better for the lärosäte, and None is without limit."""
    if clause.number is None:
        settled = terms.volume is not None
        return Compared(Standing.SAME if settled else Standing.MISSING, values.EACH_BY_ITSELF, told if settled else None)
    wanted = values.name_weeks(clause.number)
    if terms.volume is None:
        return Compared(Standing.MISSING, wanted)
    if own == clause.number:
        return Compared(Standing.SAME, wanted, told)
    more = own is None or own > clause.number
    return Compared(
        Standing.DIFFERS,
        wanted,
        told,
        better_for=INSTITUTION if more else None,
        worse_for=None if more else INSTITUTION,
    )


def _price(terms: Terms, clause: TemplateClause, names: Naming) -> Compared:
    row, own = terms.signed.row, own_value(terms, Figure.PRICE, names)
    wanted = values.EACH_BY_ITSELF if clause.number is None else values.name_price(clause.number)
    if clause.professions is not None:
        of = values.name_professions(clause.professions, names)
        wanted = Words(f"{wanted.sv} ({of.sv})", f"{wanted.en} ({of.en})")
        if row.professions is not None and set(row.professions).isdisjoint(clause.professions):
            return Compared(Standing.NOT_APPLICABLE, wanted, own_value(terms, Figure.PROFESSIONS, names))
    if terms.price_ore is None:
        return Compared(Standing.MISSING, wanted)
    if clause.number is None or (row.currency == "SEK" and terms.price_ore == clause.number):
        return Compared(Standing.SAME, wanted, own)
    if row.currency != "SEK":
        return Compared(Standing.DIFFERS, wanted, own)
    higher = terms.price_ore > clause.number
    sides = (PROVIDER, INSTITUTION) if higher else (INSTITUTION, PROVIDER)
    return Compared(Standing.DIFFERS, wanted, own, *sides)


def _same(one: list[str] | None, other: list[str] | None) -> bool:
    """Tell whether two selections of professions are the same."""
    return one is other is None or (one is not None and other is not None and set(one) == set(other))


def _within(part: list[str] | None, whole: list[str] | None) -> bool:
    """Tell whether a selection of professions is within another; None is all of them."""
    return whole is None or (part is not None and set(part) <= set(whole))


_WAYS: Mapping[Figure, Callable[[Terms, TemplateClause, Naming], Compared]] = {
    Figure.VALIDITY: _validity,
    Figure.NOTICE: _notice,
    Figure.PROFESSIONS: _professions,
    Figure.UNITS: _units,
    Figure.FLOOR: _floor,
    Figure.CEILING: _ceiling,
    Figure.PRICE: _price,
}
