"""A nation planned as a run of the service: ``python -m tests.bench nation``.

Seven counties of the demo are in one term of one database. They have nothing in common but the municipalities, so the
run of some 55,000 requests is split into independent parts, which 1, 2 and then 4 processes of ``placement worker`` on
one PostgreSQL search at once, with one thread each and the same time limit. All processes share the machine. What is
told is how long it took from the order to the plan, how good the plan is, and how long others' reads took meanwhile.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import quantiles
from typing import TYPE_CHECKING

import psutil
from sqlmodel import Session, select

from placement.database import read_session
from placement.demo.build import build_term, draw_county, write_rows
from placement.demo.scales import ScaleName
from placement.tables import AgreementTemplate, LetterParty, Municipality, Organisation, Row, RunPart, TemplateClause
from tests.bench.workers import WORKERS, working
from tests.databases import DURABLE, cluster_of_the_machine

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from tests.chaos.service import Service

COUNTIES = 7
SCALE: ScaleName = "county"
LIMIT = 300
"""The run's seconds of search: what is in question is who does what, not the last hundredth of the gap."""
ONCE = (Municipality, AgreementTemplate, TemplateClause, LetterParty)
"""What all counties have in common, or what there can be only one of."""
READS = ("/v1/terms", "/v1/units?limit=50", "/v1/organisations?limit=20")
EVERY = 0.5
MIB = 1 << 20


@dataclass
class Followed:
    """A run as it was followed: seconds, parts, who searched one, memory of all workers, and others' reads."""

    workers: int
    seconds: float = 0.0
    laid_out: float = 0.0
    parts: int = 0
    searched_by: set[str] = field(default_factory=set)
    mib: int = 0
    reads: list[float] = field(default_factory=list)
    told: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Tell it on one line."""
        objective, bound = float(str(self.told["objective"])), float(str(self.told["bound"]))
        return (
            f"{self.workers} workers: {self.told['status']} after {self.seconds:.0f} s; {self.parts} parts, laid out "
            f"after {self.laid_out:.0f} s, searched by {len(self.searched_by)} processes; "
            f"gap {(objective - bound) / objective:.3%}, {self.told['unplaced']} without a place; all workers together "
            f"{self.mib:,} MiB; {len(self.reads)} reads by others meanwhile, "
            f"p95 {1_000 * quantiles(self.reads, n=20)[-1]:.0f} ms"
        )


def build_nation(session: Session, scale: ScaleName, counties: int) -> None:
    """Write a term of several counties, with lärosäten and providers of their own."""
    term = build_term(session, scale, seed=1)
    for seed in range(2, counties + 1):
        write_rows(session, _apart(draw_county(term, scale, seed), seed))


def _apart(rows: list[Row], seed: int) -> Iterator[Row]:
    """Yield the rows of another county, without what is there already."""
    for row in rows:
        if isinstance(row, Organisation) and row.external_id is not None:
            row.external_id = f"{row.external_id}-{seed}"
        if not isinstance(row, ONCE):
            yield row


def plan(server: URL, workers: int, scale: ScaleName = SCALE, counties: int = COUNTIES, limit: int = LIMIT) -> Followed:
    """Have the nation planned by so many workers."""
    with working(server, workers, lambda session: build_nation(session, scale, counties)) as service:
        return follow(service, service.order("nation", limit), workers)


def follow(service: Service, run: str, workers: int) -> Followed:
    """Look at a run until it is over, and read as somebody else meanwhile."""
    seen, began = Followed(workers), time.monotonic()
    while not seen.told or seen.told["status"] in {"queued", "running"}:
        time.sleep(EVERY)
        seen.told = service.run(run)
        with read_session(service.engine) as session:
            holders = session.exec(select(RunPart.worker)).all()
        seen.laid_out = seen.laid_out or (time.monotonic() - began if holders else 0.0)
        seen.parts = max(seen.parts, len(holders))
        seen.searched_by |= {holder.rpartition(":")[0] for holder in holders if holder is not None}
        seen.mib = max(seen.mib, sum(_resident(each.pid) for name, each in service.processes.items() if name != "api"))
        for path in READS:
            asked = time.monotonic()
            service.call("GET", path)
            seen.reads.append(time.monotonic() - asked)
    seen.seconds = time.monotonic() - began
    return seen


def _resident(pid: int) -> int:
    """Return the memory that a process and all that it started have now, in MiB."""
    mib = 0
    for each in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        try:
            mib += each.memory_info().rss // MIB
        except psutil.NoSuchProcess:
            continue
    return mib


def main() -> None:
    """Measure each number of workers that is asked for, or all, and print what came of it."""
    with cluster_of_the_machine(DURABLE, on_disk=True) as cluster:
        for workers in [int(word) for word in sys.argv[1:]] or WORKERS:
            print(plan(cluster.url, workers), flush=True)


if __name__ == "__main__":
    main()
