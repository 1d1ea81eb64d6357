"""Public instances of the generalised assignment problem, planned by the search core: job → request, agent → cell.

``python -m tests.bench.gap FILE ANSWER UNTIL`` plans one until the monotonic clock shows UNTIL. Every option is a slot
of its own that uses some of one cell, its agent. Leaving a job out costs more than any assignment, so that no job is
left out that can be assigned.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from placement_solver.columns import NOBODY, Options
from placement_solver.search.clock import Clock
from placement_solver.search.draft import NONE
from placement_solver.search.gatherings import gather
from placement_solver.search.options import Floor, Market, Scarcity
from placement_solver.search.phases import Search
from placement_solver.search.teams import Teams
from tests.bench.contender import WORKERS, settings_to_measure
from tests.bench.race import watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Ints
    from placement_solver.rules.base import Itinerary
    from tests.bench.records import Row

SECONDS = 60.0
LEFT_OUT = 4
"""The cost of leaving a job out, as a multiple of the dearest assignment's."""
PLACES = "PLACEMENT_BENCH_DATA"


@dataclass(frozen=True)
class Instance:
    """Jobs that each need one agent: ``cost`` and ``need`` are matrices (agent, job), ``room`` is a number an agent."""

    cost: Ints
    need: Ints
    room: Ints


def read_instance(file: Path) -> Instance:
    """Read an instance: number of agents, number of jobs, costs by agent, needs by agent, rooms."""
    numbers = np.array(file.read_text(encoding="utf-8").split(), dtype=np.int64)
    agents, jobs = numbers[:2].tolist()
    cost, need, room = np.split(numbers[2 : 2 + agents * (2 * jobs + 1)], [agents * jobs, 2 * agents * jobs])
    return Instance(cost.reshape(agents, jobs), need.reshape(agents, jobs), room)


def known_values(folder: Path) -> dict[str, dict[str, str]]:
    """Return the best known values of each instance, by its name."""
    with (folder / "gap" / "best-known.csv").open(encoding="utf-8") as table:
        return {line["Path"]: line for line in csv.DictReader(table)}


def names() -> tuple[str, ...]:
    """Return the names of the instances in the data folder; none if no folder is set."""
    return tuple(known_values(Path(os.environ[PLACES]))) if PLACES in os.environ else ()


def score(instance: Instance, agents: list[int]) -> int:
    """Return the cost of an assignment of every job; exit if it overfills an agent."""
    jobs = np.arange(instance.cost.shape[1])
    used = np.bincount(agents, weights=instance.need[agents, jobs], minlength=len(instance.room))
    if (used > instance.room).any():
        message = "no assignment: an agent has more than its room"
        raise SystemExit(message)
    return int(instance.cost[agents, jobs].sum())


def measure(name: str, folder: Path) -> Iterator[Row]:
    """Plan one instance in a process of its own and yield its row."""
    data = Path(os.environ[PLACES])
    known = known_values(data)[name]
    file, answer = data / "gap" / name, folder / "answer.json"
    answer.unlink(missing_ok=True)
    until = time.monotonic() + SECONDS
    usage = watch([sys.executable, "-m", "tests.bench.gap", str(file), str(answer), str(until)], 2 * SECONDS)
    told = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else {"agents": None, "bound": None}
    yield {
        "name": name,
        "family": family(name),
        "jobs": int(known["Item number"]),
        "agents": int(known["Agent number"]),
        "known_bound": int(known["Best known bound"]),
        "known": int(known["Best known solution value"]),
        "objective": None if told["agents"] is None else score(read_instance(file), told["agents"]),
        "bound": told["bound"],
        "seconds": usage.seconds,
        "mib": usage.mib,
        "ending": usage.ending,
    }


def family(name: str) -> str:
    """Return the family of an instance: its collection, with the type that its first letter names, if any."""
    collection, _, instance = name.partition("/")
    return collection if instance.startswith("gap") else f"{collection} {instance[0].upper()}"


def open_jobs(instance: Instance) -> Market:
    """Represent an instance as a market: each job a class of its own, without pins, floors and supervisors."""
    agents, jobs = instance.cost.shape
    job, agent = np.repeat(np.arange(jobs), agents), np.tile(np.arange(agents), jobs)
    fits = instance.need[agent, job] <= instance.room[agent]
    job, agent = job[fits], agent[fits]
    zeros, every = np.zeros(len(job), dtype=np.int64), np.arange(len(job) + 1)
    columns = SimpleNamespace(
        request_weeks=np.ones(jobs, dtype=np.int64),
        request_class=np.arange(jobs),
        request_student=np.arange(jobs),
        request_profession=np.zeros(jobs, dtype=np.int64),
        request_credits=np.full(jobs, np.nan),
        current=np.full((jobs, 3), NONE),
        weeks=1,
        pinned_supervisor={},
        shared_supervisors=frozenset(),
        supervisor_room=np.zeros((0, 1), dtype=np.int64),
        problem=SimpleNamespace(supervisors=(), weights=SimpleNamespace(interprofessional=0, pairs=0)),
    )
    slots = Options(job, agent, zeros, np.full(len(job), NOBODY))
    scarcity = Scarcity(every, agent, instance.need[agent, job], instance.room)
    return _Jobs(
        columns=cast("Any", columns),
        slots=slots,
        request=job.astype(np.int32),
        slot=np.arange(len(job), dtype=np.int32),
        cost=instance.cost[agent, job],
        first=np.searchsorted(job, np.arange(jobs + 1)),
        unplaced=np.full(jobs, LEFT_OUT * int(instance.cost.max())),
        must_place=np.zeros(jobs, dtype=np.bool_),
        scarcity=scarcity,
        in_full=scarcity,
        floor=Floor(np.zeros_like(every), zeros[:0], zeros[:0], zeros[:0], zeros[:0], 0),
        gatherings=gather(cast("Any", columns), slots),
    )


class _Jobs(Market):
    """A market in which each job is an itinerary: only the options of one job exclude each other."""

    def itineraries(self, rows: Ints, *, among: Sequence[Itinerary] = ()) -> tuple[Ints, Ints]:  # noqa: ARG002
        """Return each option's job as its itinerary cell."""
        return np.arange(len(rows)), self.request[rows].astype(np.int64)


def assign(instance: Instance, seconds: float) -> tuple[list[int] | None, int]:
    """Plan an instance within the seconds; return each job's agent (None if a job is left out) and the bound."""
    market = open_jobs(instance)
    search = Search(market, Teams(market.columns), Clock(seconds), lambda _: None, settings_to_measure())
    search.run(seed=0, workers=WORKERS)
    agents = None if len(search.best.unplaced) else market.options(search.best.row).unit.tolist()
    return agents, search.bound


def main(file: Path, answer: Path, until: float) -> None:
    """Plan one instance, write each job's agent and the bound, and end without waiting for what is still at work.

    An engine in a thread of the search may not have heard yet that it is over, as in the solver's own process.
    """
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:WORKERS]))
    agents, bound = assign(read_instance(file), until - time.monotonic())
    answer.write_text(json.dumps({"agents": agents, "bound": bound}), encoding="utf-8")
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
