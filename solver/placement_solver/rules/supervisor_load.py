"""No supervisor has more students at a time than is good for them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import SOMEBODY
from placement_solver.crowding import find_crowded_weeks, name_crowd, name_weeks
from placement_solver.rules.base import Breach, Limit, Line, Uses, cells_by_week
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class SupervisorLoad(Limit):
    """In no week does a supervisor have more students than they take at the same time."""

    key = "supervisor-load"
    name = Words("Handledarens studenter", "Load of the supervisor")
    meaning = Words(
        "Ingen vecka har en handledare fler studenter än handledaren tar emot samtidigt.",
        "In no week does a supervisor have more students than the supervisor takes at the same time.",
    )
    source = Source("Peer learning: två studenter per handledare", "Jönköping University", 2026)

    def lines(self, columns: Columns) -> tuple[Line, ...]:
        """Tell whose each pool of supervisors is: it goes by its unit's id, for nobody is named yet."""
        professions, pools = list(columns.profession_index), columns.pools
        desks = np.repeat(np.arange(len(pools.at_desk.first) - 1), np.diff(pools.at_desk.first))
        unit_of = [columns.problem.units[desk // len(professions)] for desk in desks.tolist()]
        profession_of = [professions[desk % len(professions)] for desk in desks.tolist()]
        return tuple(
            Line(unit.id, unit.id, unit.provider, (profession,), level)
            for unit, profession, level in zip(unit_of, profession_of, pools.level.tolist(), strict=True)
        )

    def uses(self, columns: Columns, options: Options) -> Uses:
        """Take one of the named supervisor's places in each week; nobody and somebody take none."""
        option = np.flatnonzero(options.supervisor >= 0)
        return Uses(
            option=option,
            line=options.supervisor[option],
            first=options.start[option],
            until=columns.ends(options)[option],
            amount=np.ones(len(option), dtype=np.int64),
            cell=cells_by_week(len(columns.supervisor_places), columns.weeks),
            supply=np.repeat(columns.supervisor_places, columns.weeks),
        )

    def pooled_uses(self, columns: Columns, options: Options) -> Uses:
        """Return what options take of the pools of supervisors: a relaxation of `uses` while none is named.

        Whoever asks for credits uses every pool at or below them, since each holds all who would do. A
        supervisor who is named uses every pool they belong to, in placements all of whose weeks they are on
        duty.
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
            crowded = find_crowded_weeks(problem, supervisor.max_students, of[supervisor.id])
            if crowded:
                weeks = name_weeks(problem, crowded)
                yield Breach(
                    self.key,
                    name_crowd(crowded),
                    Words(
                        f"{supervisor.id}: fler än {supervisor.max_students} studenter samtidigt ({weeks})",
                        f"{supervisor.id}: more than {supervisor.max_students} students at a time ({weeks})",
                    ),
                )
