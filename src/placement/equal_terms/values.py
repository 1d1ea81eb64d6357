"""Values: what agreements and templates settle, as words that a person reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from placement.clock import months_later
from placement.equal_terms.terms import Cover
from placement.tables import Agreement
from placement_solver.words import Words

Naming = Mapping[str, Words]
"""The names of the professions by code."""

EVERY_UNIT = Words("alla enheter, oavsett vem som driver dem", "every unit, whoever runs it")
EACH_BY_ITSELF = Words("varje avtal anger det självt", "each agreement settles it by itself")


def last_day(first: dt.date, months: int) -> dt.date:
    """Return the last day of a time of whole months that begins on a day."""
    return months_later(first, months) - dt.timedelta(days=1)


def name_months(number: int) -> Words:
    """Name a number of months."""
    return Words(
        f"{number} {'månad' if number == 1 else 'månader'}", f"{number} {'month' if number == 1 else 'months'}"
    )


def name_time(months: int | None) -> Words:
    """Name the time that a template lets an agreement be valid."""
    return Words("tills vidare", "until further notice") if months is None else name_months(months)


def name_validity(row: Agreement) -> Words:
    """Name the days on which an agreement is valid, notice apart."""
    first = row.valid_from
    if row.valid_to is None:
        return Words(f"tills vidare från {first}", f"until further notice from {first}")
    return Words(f"{first} till {row.valid_to}", f"{first} to {row.valid_to}")


def name_professions(codes: Sequence[str] | None, names: Naming) -> Words:
    """Name some professions, or all of them."""
    if codes is None:
        return Words("alla yrken", "all professions")
    named = [names.get(code, Words(code, code)) for code in sorted(codes)]
    return Words(", ".join(each.sv for each in named), ", ".join(each.en for each in named))


def name_cover(cover: Cover) -> Words:
    """Say how many of the provider's units are covered, and how many of the others somebody else runs."""
    if cover.covered == cover.units:
        return EVERY_UNIT
    out, others = cover.units - cover.covered, cover.left_out_run_by_others
    sv, en = (f", av dem drivs {others} av någon annan", f", {others} of them run by others") if others else ("", "")
    return Words(
        f"{cover.covered} av {cover.units} enheter ({out} utanför{sv})",
        f"{cover.covered} of {cover.units} units ({out} left out{en})",
    )


def name_price(ore: int, currency: str = "SEK") -> Words:
    """Name a price of a student-week given in hundredths of its currency."""
    whole, part = divmod(ore, 100)
    spaced = f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}")
    sv = f"{spaced},{part:02}" if part else spaced
    en = f"{whole:,}.{part:02}" if part else f"{whole:,}"
    unit = "kr" if currency == "SEK" else currency
    return Words(f"{sv} {unit} per studentvecka", f"{currency} {en} for a student-week")


def name_weeks(number: int) -> Words:
    """Name a number of student-weeks in a term."""
    sv, en = ("studentvecka", "student-week") if number == 1 else ("studentveckor", "student-weeks")
    return Words(f"{number} {sv} per termin", f"{number} {en} a term")


def name_steps(steps: Sequence[tuple[int, int]]) -> Words:
    """Name what late cancellations cost: shares of the price, by how many days before the start they are made."""
    if not steps:
        return Words("avbokning kostar inget", "a cancellation costs nothing")
    return Words(
        ", ".join(f"{percent} % färre än {days} dagar före start" for days, percent in steps),
        ", ".join(f"{percent}% fewer than {days} days before the start" for days, percent in steps),
    )
