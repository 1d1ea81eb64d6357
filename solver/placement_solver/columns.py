"""The problem as numpy columns, so that a rule can judge millions of options at once.

Requests with the same institution, profession, site, kinds, weeks, starts, supervision, university healthcare and pair
group belong to one *class*. They differ only in the student's own point, preferences and blocked units, and in pins.
All requests of a class use the same scarce resources, so the search can price a county's three million options in
milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from placement_solver.arrays import Bools, Ints, ranges
from placement_solver.distances import minutes_of_all
from placement_solver.lists import Lists
from placement_solver.problem import by_week
from placement_solver.staffing import Pools, count_duty, pool_supervisors

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from placement_solver.problem import Decision, Problem

    _Names = Iterable[str] | None


NOBODY = -1
"""In the supervisor column of `Options`: no supervisor is named."""
SOMEBODY = -2
"""In the supervisor column of `Options`: one of the unit's supervisors, to be named later."""


@dataclass(frozen=True)
class Options:
    """Ways to place requests. Row i is (request, unit, start, supervisor), as indices into the problem's lists.

    ``start`` is a week of the term; ``supervisor`` may be `NOBODY` or `SOMEBODY`.
    """

    request: Ints
    unit: Ints
    start: Ints
    supervisor: Ints

    def __len__(self) -> int:
        """Return how many options there are."""
        return len(self.request)

    def take(self, rows: Any) -> Options:  # noqa: ANN401  (an index array, a mask or a slice)
        """Return the options of some rows."""
        return Options(self.request[rows], self.unit[rows], self.start[rows], self.supervisor[rows])


class Columns:
    """Every list of the problem as arrays. Texts become numbers in the order in which they first occur."""

    def __init__(self, problem: Problem) -> None:
        """Turn the lists of the problem into arrays."""
        self.problem = problem
        self.weeks = problem.term.weeks
        self.institution_index = {institution.id: i for i, institution in enumerate(problem.institutions)}
        self.unit_index = {unit.id: i for i, unit in enumerate(problem.units)}
        self.student_index = {student.id: i for i, student in enumerate(problem.students)}
        self.request_index = {request.id: i for i, request in enumerate(problem.requests)}
        self.supervisor_index = {supervisor.id: i for i, supervisor in enumerate(problem.supervisors)}
        self.profession_index = _numbered(
            profession
            for professions in (
                (student.profession for student in problem.students),
                (supervisor.profession for supervisor in problem.supervisors),
                (p for capacity in problem.capacities for p in capacity.professions),
                (p for agreement in problem.agreements for p in agreement.professions or ()),
                (taken.profession for taken in problem.taken),
            )
            for profession in professions
        )
        self._sites = _numbered(
            [None, *(unit.site for unit in problem.units), *(student.site for student in problem.students)]
        )
        self._lay_out_units()
        self._lay_out_students()
        self._lay_out_requests()
        self._lay_out_supervisors()
        self._lay_out_taken()

    def _lay_out_units(self) -> None:
        units = self.problem.units
        providers = {provider.id: i for i, provider in enumerate(self.problem.providers)}
        self.unit_provider = _ints(providers[unit.provider] for unit in units)
        self.unit_site = _ints(self._sites[unit.site] for unit in units)
        self.unit_university_healthcare = np.array([unit.university_healthcare for unit in units], dtype=np.bool_)
        self.provider_index = providers

    def _lay_out_students(self) -> None:
        students = self.problem.students
        self.student_institution = _ints(self.institution_index[student.institution] for student in students)
        self.student_profession = _ints(self.profession_index[student.profession] for student in students)
        self.student_site = _ints(self._sites[student.site] for student in students)
        self.student_distinct = np.array([student.distinct_units for student in students], dtype=np.bool_)

    def _lay_out_requests(self) -> None:
        requests = self.problem.requests
        self.request_student = _ints(self.student_index[request.student] for request in requests)
        self.request_weeks = _ints(request.weeks for request in requests)
        self.request_university_healthcare = np.array([r.university_healthcare for r in requests], dtype=np.bool_)
        self.request_credits = np.array(
            [np.nan if r.supervision is None else r.supervision.credits for r in requests], dtype=np.float64
        )
        self.request_asks_supervision = ~np.isnan(self.request_credits)
        self.request_kinds, self.kind_sets = _grouped(frozenset(r.kinds) for r in requests)
        self.request_starts, self.start_sets = _grouped(frozenset(r.starts) for r in requests)
        self.request_institution = self.student_institution[self.request_student]
        self.request_profession = self.student_profession[self.request_student]
        self.request_site = self.student_site[self.request_student]
        # A group matters only if pairs are wished for; otherwise it must not divide the classes.
        paired = self.problem.weights.pairs > 0
        groups = _numbered(r.pair_group for r in requests if paired and r.pair_group is not None)
        self.request_pair_group = _ints(groups.get(r.pair_group, -1) for r in requests)
        self.student_requests = np.bincount(self.request_student, minlength=len(self.problem.students))

    def _lay_out_supervisors(self) -> None:
        supervisors = self.problem.supervisors
        self.supervisor_unit = _ints(self.unit_index[supervisor.unit] for supervisor in supervisors)
        self.supervisor_profession = _ints(self.profession_index[supervisor.profession] for supervisor in supervisors)
        self.supervisor_credits = np.array([supervisor.credits for supervisor in supervisors], dtype=np.float64)
        self.supervisor_places = _ints(supervisor.max_students for supervisor in supervisors)

    def _lay_out_taken(self) -> None:
        taken = self.problem.taken
        self._taken_first = _ints(each.first_week for each in taken)
        self._taken_until = _ints(each.last_week + 1 for each in taken)
        self._taken_party = self._party(
            _ints(self.institution_index[each.institution] for each in taken),
            _ints(self.profession_index[each.profession] for each in taken),
            _ints(self.unit_index[each.unit] for each in taken),
        )

    def ends(self, options: Options) -> Ints:
        """Return the week after the last of each option, at most the number of weeks in the term."""
        ends: Ints = np.minimum(options.start + self.request_weeks[options.request], self.weeks)
        return ends

    @cached_property
    def request_class(self) -> Ints:
        """Return the class of each request, numbered from 0."""
        keys = zip(
            self.request_institution.tolist(),
            self.request_profession.tolist(),
            self.request_site.tolist(),
            self.request_kinds.tolist(),
            self.request_weeks.tolist(),
            self.request_starts.tolist(),
            [None if r.supervision is None else r.supervision.credits for r in self.problem.requests],
            self.request_university_healthcare.tolist(),
            self.request_pair_group.tolist(),
            strict=True,
        )
        return _grouped(keys)[0]

    @cached_property
    def class_example(self) -> Ints:
        """Return one request of each class, to represent all of them."""
        return np.unique(self.request_class, return_index=True)[1].astype(np.int64)

    @cached_property
    def pinned_supervisor(self) -> dict[int, int]:
        """Map each request whose pin names a supervisor to that supervisor."""
        return {
            self.request_index[pin.request]: self.supervisor_index[pin.supervisor]
            for pin in self.problem.pins
            if pin.supervisor is not None
        }

    @cached_property
    def kind_admits(self) -> Bools:
        """Return a matrix (set of kinds asked, unit): the unit has at least one of the kinds."""
        having = [frozenset(unit.kinds) for unit in self.problem.units]
        rows = [[not kinds.isdisjoint(unit) for unit in having] for kinds in self.kind_sets]
        return np.array(rows, dtype=np.bool_).reshape(len(self.kind_sets), len(having))

    @cached_property
    def start_allowed(self) -> Bools:
        """Return a matrix (set of starts, week): the week is one of the starts."""
        allowed = np.zeros((len(self.start_sets), self.weeks), dtype=np.bool_)
        for row, starts in enumerate(self.start_sets):
            allowed[row, [start for start in starts if 0 <= start < self.weeks]] = True
        return allowed

    @cached_property
    def minutes(self) -> NDArray[Any]:
        """Return a matrix (student, unit) of travel minutes, one way, of a small type: `journeys` are for sums."""
        return minutes_of_all(self.problem)

    def journeys(self, options: Options) -> Ints:
        """Return the travel minutes of options, one way."""
        return self.minutes[self.request_student[options.request], options.unit].astype(np.int64)

    @cached_property
    def student_max_travel(self) -> Ints:
        """Return each student's longest allowed journey in minutes; the largest integer where there is no limit."""
        usual, unlimited = self.problem.travel.max_travel, np.iinfo(np.int64).max
        return _ints(
            student.max_travel if student.max_travel is not None else unlimited if usual is None else usual
            for student in self.problem.students
        )

    @cached_property
    def blocked(self) -> Bools:
        """Return a matrix (student, unit): the unit is blocked for the student."""
        blocked = np.zeros((len(self.problem.students), len(self.problem.units)), dtype=np.bool_)
        for row, student in enumerate(self.problem.students):
            for unit in student.blocked_units:
                blocked[row, self.unit_index[unit]] = True
        return blocked

    def parties(self, options: Options) -> Ints:
        """Return each option's party, its (institution, profession, unit), as one number."""
        institution = self.request_institution[options.request]
        profession = self.request_profession[options.request]
        return self._party(institution, profession, options.unit)

    def _party(self, institution: Ints, profession: Ints, unit: Ints) -> Ints:
        return (institution * len(self.profession_index) + profession) * len(self.problem.units) + unit

    @cached_property
    def capacities(self) -> Lists:
        """List the capacities of each party, as `parties` numbers them."""
        return self._by_party(
            (capacity.institutions, capacity.professions, [self.unit_index[capacity.unit]])
            for capacity in self.problem.capacities
        )

    @cached_property
    def agreements(self) -> Lists:
        """List the agreements of each party, as `parties` numbers them, whatever weeks they cover."""
        units_of = [np.flatnonzero(self.unit_provider == i).tolist() for i in range(len(self.provider_index))]
        return self._by_party(
            (
                [agreement.institution],
                agreement.professions,
                [
                    unit
                    for unit in units_of[self.provider_index[agreement.provider]]
                    if agreement.units is None or self.problem.units[unit].id in agreement.units
                ],
            )
            for agreement in self.problem.agreements
        )

    def covering_agreements(self, options: Options) -> tuple[Ints, Ints]:
        """Return the agreements that cover all weeks of options, as (row of the option, agreement)."""
        first = _ints(agreement.first_week for agreement in self.problem.agreements)
        last = _ints(agreement.last_week for agreement in self.problem.agreements)
        option, agreement = self.agreements.at(self.parties(options))
        start, weeks = options.start[option], self.request_weeks[options.request[option]]
        covers = (start >= first[agreement]) & (start + weeks - 1 <= last[agreement])
        return option[covers], agreement[covers]

    def _by_party(self, names: Iterable[tuple[_Names, _Names, list[int]]]) -> Lists:
        """List the entries of each party. An entry names its institutions, professions (``None``: all) and units."""
        professions, units = len(self.profession_index), len(self.problem.units)
        pairs = (
            ((i * professions + p) * units + unit, number)
            for number, (institution_names, profession_names, own_units) in enumerate(names)
            for i in _indices(self.institution_index, institution_names)
            for p in _indices(self.profession_index, profession_names)
            for unit in own_units
        )
        return Lists.of(pairs, len(self.institution_index) * professions * units)

    @cached_property
    def duty(self) -> Ints:
        """Return a matrix (supervisor, week): consecutive weeks on duty, counted from that week."""
        return count_duty(self.problem)

    def desks(self, units: Ints, professions: Ints) -> Ints:
        """Return each desk, a (unit, profession), as one number, by which `pools` are listed."""
        return units * len(self.profession_index) + professions

    @cached_property
    def pools(self) -> Pools:
        """Return the pools of supervisors, which the search uses while no supervisor is named."""
        asked = self.request_asks_supervision
        levels = [
            np.unique(self.request_credits[asked & (self.request_profession == profession)]).tolist()
            for profession in range(len(self.profession_index))
        ]
        return pool_supervisors(
            self.desks(self.supervisor_unit, self.supervisor_profession),
            self.supervisor_credits,
            self.supervisor_room,
            self.duty,
            levels * len(self.problem.units),
        )

    @cached_property
    def orders(self) -> tuple[Lists, Lists]:
        """Number all pairs (earlier, later) of ``after``; list those of each request as either part."""
        pairs = [
            (self.request_index[earlier], later)
            for later, request in enumerate(self.problem.requests)
            for earlier in request.after
        ]
        requests = len(self.problem.requests)
        return (
            Lists.of(((earlier, pair) for pair, (earlier, _) in enumerate(pairs)), requests),
            Lists.of(((later, pair) for pair, (_, later) in enumerate(pairs)), requests),
        )

    @cached_property
    def preference_ranks(self) -> NDArray[Any]:
        """Return a matrix (request, unit) of ranks: 0 is best; a unit not on the list has the list's length."""
        requests = self.problem.requests
        longest = max((len(request.preferences) for request in requests), default=0)
        lengths = np.array([len(request.preferences) for request in requests], dtype=np.min_scalar_type(longest))
        ranks = np.repeat(lengths[:, None], len(self.problem.units), axis=1)
        for row, request in enumerate(requests):
            for rank, unit in enumerate(request.preferences):
                ranks[row, self.unit_index[unit]] = rank
        return ranks

    def let_go(self) -> None:
        """Forget the matrices by unit; one is made anew when it is asked for again.

        A market's options have what they need of them. Measured on 8,900 requests and 5,900 units: 410 MiB.
        """
        for name in ("minutes", "blocked", "preference_ranks"):
            self.__dict__.pop(name, None)

    @cached_property
    def pins(self) -> Ints:
        """Return a matrix (request, [unit, start, supervisor]) of what is pinned, -1 where nothing is."""
        return self._decided(self.problem.pins)

    @cached_property
    def current(self) -> Ints:
        """Return a matrix (request, [unit, start, supervisor]) of the plan in force, -1 where nothing is."""
        return self._decided(self.problem.current)

    def _decided(self, decisions: Iterable[Decision]) -> Ints:
        decided = np.full((len(self.problem.requests), 3), -1, dtype=np.int64)
        for decision in decisions:
            decided[self.request_index[decision.request]] = (
                self.unit_index[decision.unit],
                decision.start,
                -1 if decision.supervisor is None else self.supervisor_index[decision.supervisor],
            )
        return decided

    @cached_property
    def capacity_room(self) -> Ints:
        """Return a matrix (capacity, week): the places that other terms leave."""
        entry, capacity = self.capacities.at(self._taken_party)
        return self._left(self.week_rows(capacity.places for capacity in self.problem.capacities), capacity, entry)

    @cached_property
    def unit_room(self) -> Ints:
        """Return a matrix (unit, week): what other terms leave under the ceiling; 0 where there is no ceiling."""
        ceilings = self.week_rows(unit.max_students or 0 for unit in self.problem.units)
        entry = np.arange(len(self.problem.taken))
        return self._left(ceilings, _ints(self.unit_index[each.unit] for each in self.problem.taken), entry)

    @cached_property
    def supervisor_room(self) -> Ints:
        """Return a matrix (supervisor, week): how many students other terms let the supervisor take, on duty or not."""
        named = [(i, each.supervisor) for i, each in enumerate(self.problem.taken) if each.supervisor is not None]
        return self._left(
            self.week_rows(supervisor.max_students for supervisor in self.problem.supervisors),
            _ints(self.supervisor_index[supervisor] for _, supervisor in named),
            _ints(entry for entry, _ in named),
        )

    @cached_property
    def shared_supervisors(self) -> frozenset[int]:
        """Return the supervisors whom other terms leave less room than they have of their own, in some week."""
        less = (self.supervisor_room < self.supervisor_places[:, None]).any(axis=1)
        return frozenset(np.flatnonzero(less).tolist())

    @cached_property
    def agreement_taken(self) -> Ints:
        """Return the student-weeks that other terms have taken under each agreement."""
        first = _ints(agreement.first_week for agreement in self.problem.agreements)
        until = _ints(agreement.last_week + 1 for agreement in self.problem.agreements)
        entry, agreement = self.agreements.at(self._taken_party)
        weeks = np.minimum(self._taken_until[entry], until[agreement])
        weeks -= np.maximum(self._taken_first[entry], first[agreement])
        taken = np.zeros(len(first), dtype=np.int64)
        np.add.at(taken, agreement, np.maximum(0, weeks))
        return taken

    @cached_property
    def student_taken(self) -> Ints:
        """Return a matrix (student, week): the weeks before it in which the student has a placement of another term."""
        weeks = np.zeros((len(self.problem.students), self.weeks + 1), dtype=np.int64)
        for each in self.problem.taken:
            if each.student in self.student_index:
                weeks[self.student_index[each.student], each.first_week + 1 : each.last_week + 2] += 1
        return weeks.cumsum(axis=1)

    def _left(self, room: Ints, line: Ints, entry: Ints) -> Ints:
        """Return a matrix (line, week) of room less what other terms have taken: ``entry[k]`` takes of ``line[k]``.

        Where they have taken more than there is, nothing is left.
        """
        weeks = self._taken_until[entry] - self._taken_first[entry]
        np.subtract.at(room, (np.repeat(line, weeks), ranges(self._taken_first[entry], weeks)), 1)
        return np.maximum(0, room)

    def week_rows(self, amounts: Iterable[int | tuple[int, ...]]) -> Ints:
        """Return amounts, each one number or one for each week, as a matrix (amount, week)."""
        rows = [by_week(amount, self.weeks) for amount in amounts]
        return np.array(rows, dtype=np.int64).reshape(len(rows), self.weeks)


def _numbered(values: Iterable[Hashable]) -> dict[Any, int]:
    """Give distinct values numbers in the order in which they first occur."""
    numbers: dict[Any, int] = {}
    for value in values:
        numbers.setdefault(value, len(numbers))
    return numbers


def _grouped(values: Iterable[Hashable]) -> tuple[Ints, list[Any]]:
    """Give equal values the same number. Return each value's number, and the distinct values."""
    numbers: dict[Any, int] = {}
    groups = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)
    return groups, list(numbers)


def _indices(index: Mapping[Any, int], names: _Names) -> Iterable[int]:
    """Return the numbers of some names; None means all."""
    return index.values() if names is None else {index[name] for name in names}


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)
