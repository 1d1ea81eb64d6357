"""No supervisor has more students at a time than the supervisor takes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import SOMEBODY
from placement_solver.crowding import find_crowded_weeks
from placement_solver.rules.base import Limit, Line, Uses, cells_by_week, crowd_breach
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem
    from placement_solver.rules.base import Breach


class SupervisorLoad(Limit):
    """In no week does a supervisor have more students than ``max_students``, those of other terms included."""

    key = "supervisor-load"
    name = Words("Handledarens studenter", "Load of the supervisor")
    meaning = Words(
        "En handledare har aldrig fler studenter samtidigt än handledaren tar emot, oavsett termin.",
        "A supervisor never has more students at the same time than the supervisor takes, whatever their term.",
    )
    source = Source("Peer learning: två studenter per handledare", "Jönköping University", 2026)

    def lines(self, columns: Columns) -> tuple[Line, ...]:
        """Return the owner of each pool of supervisors. Its id is the unit's, because no supervisor is named yet."""
        professions, pools = list(columns.profession_index), columns.pools
        desks = np.repeat(np.arange(len(pools.at_desk.first) - 1), np.diff(pools.at_desk.first))
        unit_of = [columns.problem.units[desk // len(professions)] for desk in desks.tolist()]
        profession_of = [professions[desk % len(professions)] for desk in desks.tolist()]
        return tuple(
            Line(unit.id, unit.id, unit.provider, (profession,), level)
            for unit, profession, level in zip(unit_of, profession_of, pools.level.tolist(), strict=True)
        )

    def uses(self, columns: Columns, options: Options) -> Uses:
        """Use one of the named supervisor's places in each week. Options without a named supervisor use none."""
        option = np.flatnonzero(options.supervisor >= 0)
        return Uses(
            option=option,
            line=options.supervisor[option],
            first=options.start[option],
            until=columns.ends(options)[option],
            amount=np.ones(len(option), dtype=np.int64),
            cell=cells_by_week(len(columns.supervisor_room), columns.weeks),
            supply=columns.supervisor_room.reshape(-1),
        )

    def pooled_uses(self, columns: Columns, options: Options) -> Uses:
        """Return how much options use of the pools of supervisors: a relaxation of `uses` while no supervisor is named.

        An option that requires credits uses every pool at or below that level, since each of them holds all suitable
        supervisors. An option with a named supervisor uses every pool of that supervisor, if the supervisor is on
        duty in all its weeks.
        """
        pools = columns.pools
        desk = columns.desks(options.unit, columns.request_profession[options.request])
        credit = np.where(options.supervisor == SOMEBODY, columns.request_credits[options.request], np.nan)
        until = columns.ends(options)
        named = np.flatnonzero(options.supervisor >= 0)
        who = options.supervisor[named]
        desk[named] = columns.desks(columns.supervisor_unit[who], columns.supervisor_profession[who])
        on_duty = columns.duty[who, options.start[named]] >= (until - options.start)[named]
        credit[named] = np.where(on_duty, columns.supervisor_credits[who], np.nan)
        option, pool = pools.at_desk.at(desk)
        used = pools.level[pool] <= credit[option]
        option, pool = option[used], pool[used]
        return Uses(
            option=option,
            line=pool,
            first=options.start[option],
            until=until[option],
            amount=np.ones(len(option), dtype=np.int64),
            cell=cells_by_week(len(pools.level), columns.weeks),
            supply=pools.supply.reshape(-1),
        )

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each supervisor with too many students in some week."""
        of: defaultdict[str | None, list[Placement]] = defaultdict(list)
        for placement in placements:
            of[placement.supervisor].append(placement)
        for supervisor in problem.supervisors:
            others = problem.taken_with[supervisor.id]
            crowded = find_crowded_weeks(problem, supervisor.max_students, of[supervisor.id], others)
            if crowded:
                most = supervisor.max_students
                students = (
                    Words("en student", "one student") if most == 1 else Words(f"{most} studenter", f"{most} students")
                )
                limit = Words(
                    f"{supervisor.id}: fler än {students.sv} samtidigt",
                    f"{supervisor.id}: more than {students.en} at a time",
                )
                yield crowd_breach(self.key, problem, supervisor.id, limit, crowded, others)
