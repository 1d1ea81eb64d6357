"""Student groups: how a plan turns out by place of study, and by what students have carried in earlier terms.

Groups so small that they would tell of somebody are left out, as those of homes are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.fairness.points import burdens_of
from placement.planning.runs import show_run
from placement.register.names import Names
from placement.register.student_sites import sites_in
from placement.small_numbers import too_small
from placement.store.access import COORDINATORS, allow
from placement.tables import Plan, PlannedPlacement, Request, Student, Term, UnplacedRequest
from placement_solver.words import Words

MUCH = 100
"""So many points or more of 1,000 is much to have carried."""
_NO_SITE = Words("utan bestämd studieort", "no set place of study")
_BANDS = (
    Words("Inga poäng", "No points"),
    Words(f"1–{MUCH - 1} poäng", f"1–{MUCH - 1} points"),
    Words(f"{MUCH} poäng eller mer", f"{MUCH} points or more"),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A group's requests in a plan, and how many of them are placed."""

    name: Words
    requests: int
    placed: int

    @property
    def unplaced(self) -> int:
        """Return how many have no place."""
        return self.requests - self.placed


@dataclass(frozen=True, slots=True)
class StudentGroups:
    """A plan's requests by place of study and by points of earlier terms; small groups are left out.

    ``points`` is empty where nobody has any.
    """

    sites: tuple[Counted, ...]
    points: tuple[Counted, ...]


def count_groups(session: Session, by: Caller, run_id: str) -> StudentGroups:
    """Count a plan's requests by place of study and by points, without those whom the caller may not know of."""
    allow(by, COORDINATORS)
    term = session.get_one(Term, show_run(session, by, run_id).term_id)
    asked = _asked(session, run_id)
    sites = sites_in(session, term, {student: site for student, site, _ in asked})
    names = Names(session, by, set(sites.values()) - {None})

    def site(student: str) -> str:
        return sites[student] or ""

    def called(site_id: str) -> Words:
        return names.words_of(site_id) if site_id else _NO_SITE

    points = burdens_of(session, term)

    def band(student: str) -> str:
        carried = points.get(student, 0)
        return "0" if not carried else "1" if carried < MUCH else "2"

    by_site = sorted(_count(asked, site, called), key=lambda each: (-each.requests, each.name.sv))
    by_points = _count(asked, band, lambda number: _BANDS[int(number)]) if points else []
    return StudentGroups(tuple(by_site), tuple(by_points))


def _asked(session: Session, run_id: str) -> list[tuple[str, str | None, bool]]:
    """Return each request of a plan: its student, the student's site as it is now, and whether it is placed."""
    found = []
    for table, placed in ((PlannedPlacement, True), (UnplacedRequest, False)):
        rows = session.exec(
            select(col(Student.id), col(Student.site_id))
            .join(Request, col(Request.student_id) == col(Student.id))
            .join(table, col(table.request_id) == col(Request.id))
            .join(Plan, col(Plan.id) == col(table.plan_id))
            .where(Plan.run_id == run_id)
        )
        found += [(student, site, placed) for student, site in rows]
    return found


def _count(
    asked: Iterable[tuple[str, str | None, bool]], group: Callable[[str], str], called: Callable[[str], Words]
) -> Sequence[Counted]:
    """Count requests by group, in the order of the groups, without those that are too small to be told of."""
    requests, placed = Counter[str](), Counter[str]()
    for student, _, has_place in asked:
        requests[group(student)] += 1
        placed[group(student)] += has_place
    few = too_small(requests)
    return [Counted(called(key), requests[key], placed[key]) for key in sorted(requests.keys() - few)]
