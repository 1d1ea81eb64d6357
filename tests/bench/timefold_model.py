"""A term as a model for Timefold's solver for Python: ``python timefold_model.py TASK ANSWER SECONDS``.

An interpreter that has ``timefold`` and Java runs this file, so it imports nothing of Placement. `timefold_task` writes
the task.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from timefold.solver import SolverFactory
from timefold.solver.config import (
    Duration,
    ScoreDirectorFactoryConfig,
    SolverConfig,
    SolverConfigOverride,
    TerminationConfig,
)
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    HardSoftScore,
    Joiners,
    constraint_provider,
)


@dataclass
class Use:
    """An amount used of a scarce cell, with the cell's supply."""

    cell: int
    amount: int
    supply: int


@dataclass
class Gift:
    """An amount given towards a floor, with the floor's need, both times the cost of a missing student-week."""

    line: int
    amount: int
    need: int


@dataclass
class Choice:
    """A unit, a start and a team of supervisors (-1: no team), as one value."""

    id: Annotated[int, PlanningId]
    slot: int
    team: int
    unit: int
    start: int
    end: int
    uses: list[Use]
    gives: list[Gift]


@planning_entity
@dataclass
class Request:
    """A request, which takes one of its choices or none."""

    id: Annotated[int, PlanningId]
    student: int
    distinct: bool
    after: list[int]
    unplaced: int
    costs: dict[int, int]
    choices: Annotated[list[Choice], ValueRangeProvider]
    choice: Annotated[Choice | None, PlanningVariable(allows_unassigned=True)] = field(default=None)


@planning_solution
@dataclass
class Plan:
    """All requests; the score is hard for rules and soft for the objective."""

    requests: Annotated[list[Request], PlanningEntityCollectionProperty]
    score: Annotated[HardSoftScore | None, PlanningScore] = field(default=None)


@constraint_provider  # type: ignore[untyped-decorator]
def rules(factory: ConstraintFactory) -> list[Constraint]:
    """State the rules and wishes."""
    return [
        factory.for_each(Request)
        .map(lambda request: request.choice.uses)
        .flatten_last(lambda uses: uses)
        .group_by(lambda use: use.cell, lambda use: use.supply, ConstraintCollectors.sum(lambda use: use.amount))
        .filter(lambda _, supply, used: used > supply)
        .penalize(HardSoftScore.ONE_HARD, lambda _, supply, used: used - supply)
        .as_constraint("No cell is used beyond its supply"),
        factory.for_each_unique_pair(Request, Joiners.equal(lambda request: request.student))
        .filter(
            lambda one, other: (
                (one.choice.start < other.choice.end and other.choice.start < one.choice.end)
                or (one.distinct and one.choice.unit == other.choice.unit)
                or (one.id in other.after and other.choice.start < one.choice.end)
                or (other.id in one.after and one.choice.start < other.choice.end)
            )
        )
        .penalize(HardSoftScore.ONE_HARD)
        .as_constraint("A student's placements are compatible"),
        factory.for_each_including_unassigned(Request)
        .filter(lambda request: request.choice is None)
        .penalize(HardSoftScore.ONE_SOFT, lambda request: request.unplaced)
        .as_constraint("Every request is placed"),
        factory.for_each(Request)
        .penalize(HardSoftScore.ONE_SOFT, lambda request: request.costs[request.choice.slot])
        .as_constraint("Travel, preferences and changes"),
        factory.for_each(Request)
        .map(lambda request: request.choice.gives)
        .flatten_last(lambda gives: gives)
        .group_by(lambda gift: gift.line, lambda gift: gift.need, ConstraintCollectors.sum(lambda gift: gift.amount))
        .reward(HardSoftScore.ONE_SOFT, lambda _, need, given: min(given, need))
        .as_constraint("Floors are reached"),
    ]


def read(task: dict[str, Any]) -> Plan:
    """Build entities and values from the task; equal values are one object."""
    choices: dict[int, list[Choice]] = {}
    shared: dict[tuple[int, int], Use] = {}
    count = 0
    for key, slot in task["slots"].items():
        gives = [
            Gift(line, amount * task["short"], task["need"][line] * task["short"]) for line, amount in slot["gives"]
        ]
        choices[int(key)] = []
        for team, cells in slot["teams"] or [[-1, []]]:
            uses = [
                shared.setdefault((cell, amount), Use(cell, amount, task["supply"][cell]))
                for cell, amount in [*slot["uses"], *([cell, 1] for cell in cells)]
            ]
            choices[int(key)].append(
                Choice(count, int(key), team, slot["unit"], slot["start"], slot["end"], uses, gives)
            )
            count += 1
    return Plan(
        [
            Request(
                number,
                asked["student"],
                asked["distinct"],
                asked["after"],
                asked["unplaced"],
                dict(zip(asked["slots"], asked["costs"], strict=True)),
                [choice for slot in asked["slots"] for choice in choices[slot]],
            )
            for number, asked in enumerate(task["requests"])
        ]
    )


def main(task: Path, answer: Path, seconds: float) -> None:
    """Search until the time is up and write each request's choice as [slot, team]."""
    began = time.monotonic()
    plan = read(json.loads(task.read_text(encoding="utf-8")))
    factory = SolverFactory.create(
        SolverConfig(
            solution_class=Plan,
            entity_class_list=[Request],
            score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=rules),
        )
    )
    left = max(1, int(1000 * (seconds - (time.monotonic() - began))))
    limit = TerminationConfig(spent_limit=Duration(milliseconds=left))
    found = factory.build_solver(SolverConfigOverride(termination_config=limit)).solve(plan)
    chosen = [None if asked.choice is None else [asked.choice.slot, asked.choice.team] for asked in found.requests]
    answer.write_text(json.dumps(chosen), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
