"""Names supervisors again after a repair, so that as many placements as possible keep the one they had."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from placement_solver.search.clock import Clock
from placement_solver.search.engines import Model, by_cp_sat
from placement_solver.search.settings import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, RequestId, Supervisor, SupervisorId, UnitId


def keep_names(
    problem: Problem,
    placements: Sequence[Placement],
    before: Mapping[RequestId, SupervisorId | None],
    *,
    seconds: float = USUAL.mending.naming_seconds,
) -> tuple[Placement, ...]:
    """Return the same placements, as many as possible with the supervisor they had before.

    The given placements must keep every rule on supervisors; then the returned ones do too. ``seconds`` is the time
    limit at each desk.
    """
    desks = _Desks(problem, before, seconds)
    pinned = {pin.request for pin in problem.pins if pin.supervisor is not None}
    to_name: dict[tuple[UnitId, str], list[Placement]] = defaultdict(list)
    named: dict[RequestId, Placement] = {}
    for placement in placements:
        if placement.supervisor is None or placement.request in pinned:
            named[placement.request] = placement
            desks.book(placement)
        else:
            to_name[desks.desk_of(placement)].append(placement)
    for stays in to_name.values():
        for placement in desks.share_out(stays):
            named[placement.request] = placement
    return tuple(desks.with_old_name(named[placement.request]) for placement in placements)


class _Desks:
    """The supervisors of each unit and profession, and how many students each has in which week, of any term."""

    def __init__(self, problem: Problem, before: Mapping[RequestId, SupervisorId | None], seconds: float) -> None:
        self._problem, self._before, self._seconds = problem, before, seconds
        self._load: Counter[tuple[SupervisorId, int]] = Counter(
            (each.supervisor, week) for each in problem.taken if each.supervisor is not None for week in each.weeks
        )
        self._at: dict[tuple[UnitId, str], list[Supervisor]] = defaultdict(list)
        for supervisor in problem.supervisors:
            self._at[supervisor.unit, supervisor.profession].append(supervisor)

    def desk_of(self, placement: Placement) -> tuple[UnitId, str]:
        """Return the desk that supervises a placement: its unit and profession."""
        return placement.unit, self._problem.student[self._problem.request[placement.request].student].profession

    def book(self, placement: Placement, times: int = 1) -> None:
        """Count a placement as its supervisor's load, if it names one."""
        if placement.supervisor is not None:
            for week in self._weeks(placement):
                self._load[placement.supervisor, week] += times

    def share_out(self, stays: list[Placement]) -> list[Placement]:
        """Name the placements of one desk: simply if every name that could be kept is, otherwise by a model."""
        simple = self._name_simply(stays)
        return self._name_by_model(stays) if simple is None else simple

    def with_old_name(self, placement: Placement) -> Placement:
        """Keep the supervisor of a placement that needs none but had one, if there is room."""
        old = self._before.get(placement.request)
        supervisor = None if old is None else self._problem.supervisor.get(old)
        if placement.supervisor is not None or supervisor is None or supervisor.unit != placement.unit:
            return placement
        named = replace(placement, supervisor=supervisor.id)
        if not self._has_room(supervisor, self._weeks(named)):
            return placement
        self.book(named)
        return named

    def _name_simply(self, stays: list[Placement]) -> list[Placement] | None:
        """Keep every old name and give the others any supervisor with room; None if that is not possible."""
        done: dict[RequestId, Placement] = {}
        for keeping in (True, False):
            for placement in stays:
                fitting = self._fitting(placement)
                old = [supervisor for supervisor in fitting if supervisor.id == self._before.get(placement.request)]
                if bool(old) is not keeping:
                    continue
                free = (s for s in old or fitting if self._has_room(s, self._weeks(placement)))
                if (supervisor := next(free, None)) is None:
                    for booked in done.values():
                        self.book(booked, -1)
                    return None
                done[placement.request] = replace(placement, supervisor=supervisor.id)
                self.book(done[placement.request])
        return [done[placement.request] for placement in stays]

    def _name_by_model(self, stays: list[Placement]) -> list[Placement]:
        """Name the placements of one desk with the most old names kept; as they came, if the time runs out."""
        hint: dict[int, int] = {}
        model = Model(hint=hint)
        ways: dict[int, Placement] = {}
        wanted: dict[tuple[SupervisorId, int], list[int]] = defaultdict(list)
        for placement in stays:
            own = []
            for supervisor in self._fitting(placement):
                own.append(way := model.variable())
                ways[way] = replace(placement, supervisor=supervisor.id)
                if placement.supervisor == supervisor.id:
                    hint[way] = 1
                model.costs[way] = -int(self._before.get(placement.request) == supervisor.id)
                for week in self._weeks(placement):
                    wanted[supervisor.id, week].append(way)
            model.exactly_one(own)
        for (name, week), variables in wanted.items():
            room = self._problem.supervisor[name].max_students - self._load[name, week]
            model.linear(variables, [1] * len(variables), 0, max(0, room))
        seconds = self._seconds
        found = by_cp_sat(model, clock=Clock(seconds), seconds=seconds, workers=1, seed=0)
        named = stays if found.values is None else [way for number, way in ways.items() if found.values[number]]
        for placement in named:
            self.book(placement)
        return named

    def _fitting(self, placement: Placement) -> list[Supervisor]:
        """Return the desk's supervisors who satisfy a placement, the least trained first."""
        asked = self._problem.request[placement.request].supervision
        least = 0.0 if asked is None else asked.credits
        weeks = set(self._weeks(placement))
        fitting = [
            supervisor
            for supervisor in self._at[self.desk_of(placement)]
            if supervisor.credits >= least and (supervisor.weeks is None or weeks.issubset(supervisor.weeks))
        ]
        return sorted(fitting, key=lambda supervisor: (supervisor.credits, supervisor.id))

    def _has_room(self, supervisor: Supervisor, weeks: Iterable[int]) -> bool:
        return all(self._load[supervisor.id, week] < supervisor.max_students for week in weeks)

    def _weeks(self, placement: Placement) -> range:
        return range(placement.start, placement.start + self._problem.request[placement.request].weeks)
