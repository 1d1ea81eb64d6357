"""Build: the demo's whole county, made module by module from one seed and written in one transaction."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from sqlalchemy import insert

from placement.callers import SYSTEM
from placement.demo.agreements import draw_agreements
from placement.demo.demand import Demand
from placement.demo.dice import dice
from placement.demo.education import draw_education
from placement.demo.offers import draw_offers
from placement.demo.organisations import draw_parties
from placement.demo.scales import SCALES, ScaleName
from placement.demo.students import draw_students
from placement.demo.supervisors import draw_levels, draw_supervisors
from placement.demo.template import draw_template
from placement.demo.term import draw_term
from placement.demo.units import draw_units
from placement.store import audit
from placement.tables import Action, Term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session

    from placement.tables import Row


def build_term(session: Session, scale: ScaleName, seed: int) -> Term:
    """Make a synthetic term of the county and write all of it; the same seed gives the same rows and ids."""
    term = _draw_term(scale, seed)
    session.add(term)
    session.flush()
    audit.record(session, SYSTEM, Action.CREATED, term)
    write_rows(session, draw_county(term, scale, seed))
    return term


def draw_county(term: Term, scale: ScaleName, seed: int) -> list[Row]:
    """Make everything of the county that has to do with a term, but no rows of it; no two seeds give the same ids."""
    parties = draw_parties(dice(seed, "parties"))
    places = draw_units(parties, SCALES[scale], dice(seed, "units"))
    education = draw_education(parties, term, SCALES[scale], dice(seed, "education"))
    demand = Demand(places, education.groups, term.weeks)
    offers = draw_offers(demand, parties, term, dice(seed, "offers"))
    return [
        *parties.rows(),
        *(place.unit for place in places),
        *draw_levels(places, term, dice(seed, "levels")),
        *education.rows,
        *offers.rows,
        *draw_supervisors(offers.openings, term, dice(seed, "supervisors")),
        *draw_agreements(demand.by_agreement(), parties, term, dice(seed, "agreements")),
        *draw_template(parties, dice(seed, "template")),
        *draw_students(demand, parties, term, dice(seed, "students")),
    ]


def find_term(session: Session, scale: ScaleName, seed: int) -> Term | None:
    """Return the term that `build_term` has made with the same scale and seed, if there is one."""
    return session.get(Term, _draw_term(scale, seed).id)


def _draw_term(scale: ScaleName, seed: int) -> Term:
    """Make the term, whose id depends on the scale and the seed."""
    return draw_term(dice(seed, f"term/{scale}"))


def write_rows(session: Session, rows: Iterable[Row]) -> None:
    """Insert the rows table by table, in bulk; references are checked when the transaction commits."""
    tables: dict[type[Row], list[Row]] = {}
    for row in rows:
        tables.setdefault(type(row), []).append(row)
    for table, of_table in tables.items():
        names = [column.key for column in table.__table__.columns]  # type: ignore[attr-defined]
        values = attrgetter(*names)
        session.execute(insert(table), [dict(zip(names, values(row), strict=True)) for row in of_table])
