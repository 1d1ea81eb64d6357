"""Workers with unequal memory: what a small one cannot carry out goes to the large one, and every run has its plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.chaos.hostile import GRACE_SECONDS, MEMORY_MB

if TYPE_CHECKING:
    from tests.chaos.service import Service

LARGE_MB = 4_096
"""What a run may take with the large worker: enough for the half of a county."""


@dataclass
class Unequal:
    """What came of it: which worker had each run in the end, how many a small one had first, and what was wrong."""

    ended: list[str] = field(default_factory=list)
    left: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Tell it on one line."""
        return (
            f"{len(self.ended)} runs: {self.ended}; {self.left} had been left to the large worker; wrong: {self.wrong}"
        )


def make_unequal(service: Service) -> None:
    """Start the workers again: the first has memory enough for runs, the others too little."""
    for number, process in enumerate(each for name, each in service.processes.items() if name.startswith("worker")):
        process.end()
        memory = MEMORY_MB if number else LARGE_MB
        process.settings = process.settings | {"PLACEMENT_RUN_MEMORY_MB": str(memory)}
        process.start()


def plan_beside_small_ones(service: Service, rounds: int, seconds: int = 20) -> Unequal:
    """Order two runs at a time, of which a small worker may take one first; each ends with a plan of the large one."""
    outcome = Unequal()
    for number in range(rounds):
        runs = [service.order(f"unequal-{number}-{each}", seconds) for each in range(2)]
        for run in runs:
            told = service.ended(run, 2 * seconds + GRACE_SECONDS)
            outcome.ended.append(f"{told['status']} with {told['memoryMb']} MiB, needs {told['needsMemoryMb']}")
            outcome.left += told["needsMemoryMb"] is not None
            if told["status"] != "succeeded" or told["memoryMb"] != LARGE_MB:
                outcome.wrong.append(f"{run} ended otherwise: {told}")
    return outcome
