"""Site rounds: a later term, and in each decentralised programme one round that is drawn and one that takes in wishes.

They are made by the functions and rules that everybody uses, at earlier moments (``placement.clock.earlier``), because
a round is drawn the day after its last day at the earliest. The seed of a draw is secret, so its outcome is another
each time. The planned term stays as it is: no outcome is decided, and where a student belongs is read by term.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, select

from placement.callers import SYSTEM
from placement.clock import earlier, today
from placement.demo.education import SITE_SHARES
from placement.demo.term import WEEKS
from placement.register.students import register_student
from placement.register.terms import open_term
from placement.register.writing import writing
from placement.site_choice.phases import draw_round, open_round
from placement.site_choice.rounds import add_round, own_round
from placement.site_choice.wishes import WishBook, answer_claim
from placement.tables import Cohort, Organisation, PriorityEffect, Programme, QuotaKind, Site, Student, Term
from placement_solver.weeks import IsoWeek

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from sqlmodel import Session

HISTORY = dt.timedelta(days=28)
"""How long before the present the demo's past begins: its term is there before its first round is opened."""
SPRING_WEEK, AUTUMN_WEEK = 3, 35
TIME_TO_CHOOSE = dt.timedelta(weeks=6)
"""The later term begins at least this long after the day on which the demo is made, so that a round can still end."""
LEAST_PER_SITE = 10
"""The floor of each site outside Umeå; in a small county a tenth of the cohort, and one student at least."""
RANKS_NOT = 5
"""Every fifth student sends no ranking."""
PRIORITY = {
    "rank": 1,
    "name_sv": "Särskilda skäl",
    "name_en": "Special reasons",
    "effect": PriorityEffect.FIRST_CHOICE,
    "sites": None,
}
LATECOMER = "KOMSENT"
"""The end of the pseudonym of the student who comes to a cohort after the draw."""


@dataclass(frozen=True, slots=True)
class Making:
    """Of what a programme's rounds are made: its lärosäte with the sites' shares, and the cohorts that choose."""

    institution: Organisation
    sites: Mapping[str, float]
    draws: Cohort
    wishes: Cohort


def add_site_rounds(session: Session, term: Term, throws: Random) -> None:
    """Add a later term and the rounds, each step at its day."""
    with earlier(HISTORY):
        later = open_term(session, SYSTEM, later_than(term))
    every = [_making(session, programme, term) for programme in _programmes(session)]
    with earlier(dt.timedelta(days=21)):
        drawn = [_open(session, each, each.draws, later, throws, days=13) for each in every]
    with earlier(dt.timedelta(days=10)):
        for round_id, claimant in drawn:
            answer_claim(session, SYSTEM, round_id, claimant, granted=True)
    with earlier(dt.timedelta(days=7)):
        for each in every:
            _open(session, each, each.wishes, later, throws, days=21)
    with earlier(dt.timedelta(days=6)):
        for round_id, _ in drawn:
            draw_round(session, SYSTEM, round_id)
    with earlier(dt.timedelta(days=2)):
        for each in every:
            _add_latecomer(session, each)


def _programmes(session: Session) -> Sequence[Programme]:
    return session.exec(select(Programme).where(col(Programme.decentralised)).order_by(col(Programme.id))).all()


def _making(session: Session, programme: Programme, term: Term) -> Making:
    """Return of what a programme's rounds are made: its two earliest cohorts choose, and the third has no round yet."""
    institution = session.get_one(Organisation, programme.institution_id)
    named = {site.name: site.id for site in session.exec(select(Site).where(Site.institution_id == institution.id))}
    sites = {named[name]: share for name, share in SITE_SHARES[institution.external_id or ""].items()}
    cohorts = session.exec(select(Cohort).where(Cohort.programme_id == programme.id, Cohort.term_id == term.id)).all()
    draws, wishes = sorted(cohorts, key=lambda cohort: (len(cohort.name), cohort.name))[:2]
    return Making(institution, sites, draws, wishes)


def later_than(term: Term) -> dict[str, object]:
    """Return the first term after another that leaves time to choose sites before it begins."""
    first = term.first_week
    while first == term.first_week or first.monday() < today() + TIME_TO_CHOOSE:
        first = IsoWeek(first.year, AUTUMN_WEEK) if first.week == SPRING_WEEK else IsoWeek(first.year + 1, SPRING_WEEK)
    return {"code": f"{'VT' if first.week == SPRING_WEEK else 'HT'}{first.year}", "first_week": first, "weeks": WEEKS}


def _open(
    session: Session, making: Making, cohort: Cohort, later: Term, throws: Random, *, days: int
) -> tuple[str, str]:
    """Set a round up for some days, open it and send wishes; return its id, and that of the student with a claim."""
    students = session.exec(select(Student.id).where(Student.cohort_id == cohort.id).order_by(col(Student.id))).all()
    given = {
        "cohort_id": cohort.id,
        "from_term_id": later.id,
        "opens_on": today(),
        "closes_on": today() + dt.timedelta(days=days),
        "quotas": _quotas(making, len(students)),
        "priorities": [PRIORITY],
    }
    round_id = add_round(session, SYSTEM, given).round.id
    open_round(session, SYSTEM, round_id)
    return round_id, _send_wishes(session, round_id, students, making.sites, throws)


def _quotas(making: Making, students: int) -> list[dict[str, object]]:
    """Return the quotas by which a lärosäte divides a cohort: Umeå by floors, Linköping by shares."""
    sites = making.sites
    if making.institution.external_id == "UMU":
        floor = min(LEAST_PER_SITE, max(1, students // LEAST_PER_SITE))
        named = [{"kind": QuotaKind.REST, "number": None, "floor": floor * (at > 0)} for at in range(len(sites))]
    else:
        named = [{"kind": QuotaKind.SHARE, "number": round(108 * share), "floor": 0} for share in sites.values()]
    return [{"site_id": site, "ceiling": None, **quota} for site, quota in zip(sites, named, strict=True)]


def _send_wishes(
    session: Session, round_id: str, students: Sequence[str], sites: Mapping[str, float], throws: Random
) -> str:
    """Send most students' rankings, the larger sites mostly first; two are a pair, and the third claims a priority."""
    together, claimant = students[:2], students[2]
    of_a_pair = _ranking(sites, throws)
    with writing(session, SYSTEM) as writer:
        book = WishBook(writer, own_round(session, SYSTEM, round_id), students)
        for at, student in enumerate(students, start=1):
            ranking = of_a_pair if student in together else _ranking(sites, throws)
            partner = next((other for other in together if other != student), None) if student in together else None
            if at % RANKS_NOT:
                wish = {"ranking": ranking, "priority_rank": 1 if student == claimant else None, "partner_id": partner}
                book.send(student, wish)
    return claimant


def _ranking(sites: Mapping[str, float], throws: Random) -> list[str]:
    """Draw a ranking of all sites, in which a site comes before another as often as its share is larger."""
    drawn = {site: throws.random() ** (1 / share) for site, share in sites.items()}
    return sorted(sites, key=lambda site: -drawn[site])


def _add_latecomer(session: Session, making: Making) -> None:
    """Register a student who came after the draw, where another of the cohort lives, and asks for nothing yet."""
    others = select(Student).where(Student.cohort_id == making.draws.id).order_by(col(Student.id))
    other = session.exec(others).all()[0]
    like = {name: getattr(other, name) for name in ("cohort_id", "institution_id", "lat", "lon", "site_id")}
    name = f"{making.institution.external_id}-{LATECOMER}"
    register_student(session, SYSTEM, Student(external_id=name, synthetic=True, **like))
