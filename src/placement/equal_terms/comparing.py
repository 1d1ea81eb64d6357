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
from placement.register.payment_terms import PaymentTerms
from placement.register.templates import Dated
from placement.tables import Figure, OrganisationKind
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


def compare_figure(terms: Terms, clause: Dated, names: Naming) -> Compared:
    """Hold what an agreement says against one clause of the template."""
    if clause.row.figure is None:
        return Compared(Standing.TEXT)
    return _WAYS[clause.row.figure](terms, clause, names)


def own_value(terms: Terms, figure: Figure, names: Naming) -> Words | None:
    """Return what an agreement itself says of a figure, in words; None if it says nothing."""
    return _OWN[figure](terms, names)


def _own_floor(terms: Terms, _names: Naming) -> Words | None:
    floor = 0 if terms.volume is None else terms.volume.min_student_weeks
    return values.name_weeks(floor) if floor else None


def _own_ceiling(terms: Terms, _names: Naming) -> Words | None:
    ceiling = None if terms.volume is None else terms.volume.max_student_weeks
    return None if ceiling is None else values.name_weeks(ceiling)


def _own_price(terms: Terms, _names: Naming) -> Words | None:
    return None if terms.price_ore is None else values.name_price(terms.price_ore, terms.signed.row.currency)


def _own_cancellation(terms: Terms, _names: Naming) -> Words | None:
    return values.name_steps(terms.payment.steps) if terms.payment.steps else None


_OWN: Mapping[Figure, Callable[[Terms, Naming], Words | None]] = {
    Figure.VALIDITY: lambda terms, _names: values.name_validity(terms.signed.row),
    Figure.NOTICE: lambda terms, _names: values.name_months(terms.signed.row.notice_months),
    Figure.PROFESSIONS: lambda terms, names: values.name_professions(terms.signed.row.professions, names),
    Figure.UNITS: lambda terms, _names: values.name_cover(terms.cover),
    Figure.FLOOR: _own_floor,
    Figure.CEILING: _own_ceiling,
    Figure.PRICE: _own_price,
    Figure.CANCELLATION: _own_cancellation,
}
"""What an agreement itself says of each figure."""


def _validity(terms: Terms, clause: Dated, names: Naming) -> Compared:
    row = terms.signed.row
    wanted = None if clause.row.number is None else values.last_day(row.valid_from, clause.row.number)
    standing = Standing.SAME if row.valid_to == wanted else Standing.DIFFERS
    return Compared(standing, values.name_time(clause.row.number), own_value(terms, Figure.VALIDITY, names))


def _notice(terms: Terms, clause: Dated, names: Naming) -> Compared:
    same = terms.signed.row.notice_months == clause.row.number
    wanted = values.name_months(clause.row.number or 0)
    return Compared(Standing.SAME if same else Standing.DIFFERS, wanted, own_value(terms, Figure.NOTICE, names))


def _professions(terms: Terms, clause: Dated, names: Naming) -> Compared:
    told = values.name_professions(clause.row.professions, names), own_value(terms, Figure.PROFESSIONS, names)
    own, wanted = terms.signed.row.professions, clause.row.professions
    if _same(own, wanted):
        return Compared(Standing.SAME, *told)
    if _within(wanted, own):
        return Compared(Standing.BEYOND, *told, better_for=INSTITUTION)
    return Compared(Standing.DIFFERS, *told, worse_for=INSTITUTION if _within(own, wanted) else None)


def _units(terms: Terms, _clause: Dated, names: Naming) -> Compared:
    told = values.EVERY_UNIT, own_value(terms, Figure.UNITS, names)
    if terms.cover.covered == terms.cover.units:
        return Compared(Standing.SAME, *told)
    return Compared(Standing.DIFFERS, *told, worse_for=INSTITUTION)


def _floor(terms: Terms, clause: Dated, names: Naming) -> Compared:
    own = 0 if terms.volume is None else terms.volume.min_student_weeks
    return _places(terms, clause, own, own_value(terms, Figure.FLOOR, names) or values.name_weeks(own))


def _ceiling(terms: Terms, clause: Dated, names: Naming) -> Compared:
    own = None if terms.volume is None else terms.volume.max_student_weeks
    told = own_value(terms, Figure.CEILING, names) or Words("inget tak", "no ceiling")
    return _places(terms, clause, own, told)


def _places(terms: Terms, clause: Dated, own: int | None, told: Words) -> Compared:
    """Compare a floor or a ceiling in student-weeks: more is better for the lärosäte, and None is without limit."""
    if clause.row.number is None:
        settled = terms.volume is not None
        return Compared(
            Standing.SAME if settled else Standing.MISSING, values.EACH_BY_ITSELF, told if settled else None
        )
    wanted = values.name_weeks(clause.row.number)
    if terms.volume is None:
        return Compared(Standing.MISSING, wanted)
    if own == clause.row.number:
        return Compared(Standing.SAME, wanted, told)
    more = own is None or own > clause.row.number
    return Compared(
        Standing.DIFFERS,
        wanted,
        told,
        better_for=INSTITUTION if more else None,
        worse_for=None if more else INSTITUTION,
    )


def _price(terms: Terms, clause: Dated, names: Naming) -> Compared:
    row, own = terms.signed.row, own_value(terms, Figure.PRICE, names)
    wanted = values.EACH_BY_ITSELF if clause.row.number is None else values.name_price(clause.row.number)
    if clause.row.professions is not None:
        of = values.name_professions(clause.row.professions, names)
        wanted = Words(f"{wanted.sv} ({of.sv})", f"{wanted.en} ({of.en})")
        if row.professions is not None and set(row.professions).isdisjoint(clause.row.professions):
            return Compared(Standing.NOT_APPLICABLE, wanted, own_value(terms, Figure.PROFESSIONS, names))
    if terms.price_ore is None:
        return Compared(Standing.MISSING, wanted)
    if clause.row.number is None or (row.currency == "SEK" and terms.price_ore == clause.row.number):
        return Compared(Standing.SAME, wanted, own)
    if row.currency != "SEK":
        return Compared(Standing.DIFFERS, wanted, own)
    higher = terms.price_ore > clause.row.number
    sides = (PROVIDER, INSTITUTION) if higher else (INSTITUTION, PROVIDER)
    return Compared(Standing.DIFFERS, wanted, own, *sides)


def _cancellation(terms: Terms, clause: Dated, _names: Naming) -> Compared:
    own, wanted = terms.payment.steps, clause.steps
    told = values.name_steps(wanted), values.name_steps(own)
    template = PaymentTerms((), wanted)
    days = {0, *(days for days, _percent in (*own, *wanted))}
    more = {terms.payment.percent_at(day) - template.percent_at(day) for day in days}
    if more == {0}:
        return Compared(Standing.SAME, *told)
    if min(more) >= 0:
        return Compared(Standing.DIFFERS, *told, PROVIDER, INSTITUTION)
    if max(more) <= 0:
        return Compared(Standing.DIFFERS, *told, INSTITUTION, PROVIDER)
    return Compared(Standing.DIFFERS, *told)


def _same(one: list[str] | None, other: list[str] | None) -> bool:
    """Tell whether two selections of professions are the same."""
    return one is other is None or (one is not None and other is not None and set(one) == set(other))


def _within(part: list[str] | None, whole: list[str] | None) -> bool:
    """Tell whether a selection of professions is within another; None is all of them."""
    return whole is None or (part is not None and set(part) <= set(whole))


_WAYS: Mapping[Figure, Callable[[Terms, Dated, Naming], Compared]] = {
    Figure.VALIDITY: _validity,
    Figure.NOTICE: _notice,
    Figure.PROFESSIONS: _professions,
    Figure.UNITS: _units,
    Figure.FLOOR: _floor,
    Figure.CEILING: _ceiling,
    Figure.PRICE: _price,
    Figure.CANCELLATION: _cancellation,
}
