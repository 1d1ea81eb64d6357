"""Prices: what one more place, student or supervisor would be worth to the county, by the proof of a run's plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.reading.drafts import readable_run
from placement.register.lists import Lists
from placement.register.names import Names
from placement.store import access
from placement.store.access import CARE, COORDINATORS, FIRST, Page, Span
from placement.store.acting import reaching_beyond_own
from placement.store.scopes import units_of
from placement.tables import Plan, PlanDocument, Run, Term, Unit, WordList
from placement.vocabulary import Vocabulary
from placement_solver.figures.pricing import AGREEMENT, CEILING, PLACE, SUPERVISOR
from placement_solver.weeks import IsoWeek, write_span
from placement_solver.words import Words, say_number

_MORE: Mapping[str, Words] = {
    PLACE: Words("En plats till vid {unit} ({professions})", "One more place at {unit} ({professions})"),
    CEILING: Words("En student till under taket för {unit}", "One more student under the ceiling of {unit}"),
    SUPERVISOR: Words(
        "Handledare med minst {credits} hp för en student till ({professions}) vid {unit}",
        "A supervisor with at least {credits} hp for one more student ({professions}) at {unit}",
    ),
    AGREEMENT: Words(
        "En studentvecka till i avtalet {agreement}", "One more student-week in the agreement {agreement}"
    ),
}
_WORTH = Words(
    "{more}, {weeks}: värd högst {worth} för länet, i målvärdets mått.",
    "{more}, {weeks}: worth at most {worth} to the county, in the measure of the objective.",
)
_ALL_TERM = Words("hela terminen", "all term")
_ANY = Words("alla yrken", "any profession")
_OR = Words(" eller ", " or ")


@dataclass(frozen=True, slots=True)
class Price:
    """What one more of something is worth in each of some weeks; an agreement is priced for the whole term.

    ``subject`` is the agreement's name, and of anything else its id.
    """

    rule: str
    subject_id: str
    subject: Words
    unit_id: str | None
    unit: str | None
    provider_id: str
    kinds: tuple[str, ...]
    professions: tuple[str, ...]
    named: tuple[Words, ...]
    credits: float | None
    first_week: IsoWeek
    numbers: tuple[int, ...]
    prices: tuple[float, ...]
    worth: float

    @property
    def weeks(self) -> tuple[tuple[IsoWeek, float], ...]:
        """Return the weeks, each with the worth of one more in it."""
        return tuple(zip(map(self.first_week.plus, self.numbers), self.prices, strict=False))

    @property
    def words(self) -> Words:
        """Return the price as a sentence, rounded up because it is an upper limit."""
        weeks, whole = _ALL_TERM, f"{math.ceil(self.worth):,}"
        if self.numbers:
            span = write_span(self.first_week, self.numbers)
            weeks = Words(span, span)
        amount = Words(whole.replace(",", "\N{NO-BREAK SPACE}"), whole)

        def tell(of: Callable[[Words], str]) -> str:
            professions = of(_OR).join(map(of, self.named)) if self.named else of(_ANY)
            hp = of(say_number(self.credits or 0))
            names = {"unit": self.unit, "professions": professions, "credits": hp, "agreement": of(self.subject)}
            more = of(_MORE[self.rule]).format_map(names)
            return of(_WORTH).format(more=more, weeks=of(weeks), worth=of(amount))

        return Words(tell(lambda words: words.sv), tell(lambda words: words.en))


@dataclass(frozen=True, slots=True)
class PriceFilter:
    """Which prices are wanted."""

    unit_id: str | None = None
    provider_id: str | None = None
    kind: str | None = None
    profession: str | None = None
    week: IsoWeek | None = None

    def takes(self, price: Price) -> bool:
        """Return whether a price is wanted; a price for every profession counts for each of them."""
        return (
            self.unit_id in {None, price.unit_id}
            and self.provider_id in {None, price.provider_id}
            and (self.kind is None or self.kind in price.kinds)
            and (self.profession is None or not price.professions or self.profession in price.professions)
            and (self.week is None or not price.numbers or price.first_week.until(self.week) in price.numbers)
        )


def list_prices(
    session: Session, by: Caller, run_id: str, wanted: PriceFilter = PriceFilter(), span: Span = FIRST
) -> Page[Price]:
    """List the prices, highest first; providers and units see only their own, and only of a published plan."""
    access.allow(by, CARE)
    run = readable_run(session, by, run_id)
    lists = Lists(session)
    wanted = replace(
        wanted,
        kind=lists.asked(WordList.UNIT_KIND, wanted.kind, "kind"),
        profession=lists.asked(WordList.PROFESSION, wanted.profession, "profession"),
    )
    scarce = _scarce(session, run_id)
    found = [price for price in _prices(session, by, run, scarce, lists.professions) if wanted.takes(price)]
    found.sort(key=lambda price: (-price.worth, price.rule, price.subject_id, price.professions, price.credits or 0))
    for order in reversed(span.order):
        there = [price for price in found if getattr(price, order.field) is not None]
        empty = [price for price in found if getattr(price, order.field) is None]
        found = sorted(there, key=attrgetter(order.field), reverse=order.falling) + empty
    return Page(found[span.offset : span.offset + span.limit], len(found))


@reaching_beyond_own
def _scarce(session: Session, run_id: str) -> Sequence[Mapping[str, Any]]:
    """Return the lines of a plan's report about what is scarce, whoever owns it."""
    query = select(col(PlanDocument.report)[("prices", "scarce")]).join(Plan, col(Plan.id) == PlanDocument.plan_id)
    return session.exec(query.where(Plan.run_id == run_id)).first() or ()


def _prices(
    session: Session, by: Caller, run: Run, scarce: Sequence[Mapping[str, Any]], professions: Vocabulary
) -> Iterator[Price]:
    """Yield the prices that a caller may see."""
    first_week = session.get_one(Term, run.term_id).first_week
    units = {unit: (name, kinds) for unit, name, kinds in _own_units(session, by)}
    names = Names(session, by, (line["id"] for line in scarce if line["unit"] is None))
    for line in scarce:
        unit_id = line["unit"]
        if unit_id is None and by.role not in COORDINATORS and by.organisation != line["provider"]:
            continue
        if unit_id is not None and unit_id not in units:
            continue
        name, kinds = units.get(unit_id, (None, ()))
        yield Price(
            rule=line["rule"],
            subject_id=line["id"],
            subject=names.words_of(line["id"]),
            unit_id=unit_id,
            unit=name,
            provider_id=line["provider"],
            kinds=tuple(kinds),
            professions=tuple(line["professions"]),
            named=tuple(map(professions.name_of, line["professions"])),
            credits=line["credits"],
            first_week=first_week,
            numbers=tuple(line["weeks"]),
            prices=tuple(line["prices"]),
            worth=round(sum(line["prices"]), 2),
        )


def _own_units(session: Session, by: Caller) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the caller's own units with their names and kinds."""
    yield from session.exec(select(col(Unit.id), col(Unit.name), col(Unit.kinds)).where(units_of(by)))
