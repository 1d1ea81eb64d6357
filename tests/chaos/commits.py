"""A process killed at each commit of an import, a run and a publication, just before it and just after it.

The process is started again, and the client repeats its call with the same key, as a careful client does. What the
database then holds is what it holds where nobody was disturbed.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain, count
from random import Random
from typing import TYPE_CHECKING, Any, Self

import httpx
from sqlalchemy import Engine
from sqlmodel import func, select

from placement.callers import SYSTEM
from placement.database import read_session
from placement.store.verifying import verify
from placement.tables import METADATA, Organisation, OrganisationKind
from tests.chaos.kills import STUCK_SECONDS, publish

if TYPE_CHECKING:
    from tests.chaos.service import Process, Service

SIDES = ("before", "after")
IMPORTS = "/v1/sites/imports"
ROWS = 40
"""So many rows a sheet has."""
NEVER = "never"
"""Nobody dies of this order; the commits are noted all the same."""


@dataclass
class Commits:
    """What came of it: kills by what was committed, deeds that nobody disturbed in the end, and what was wrong."""

    kills: Counter[str] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Tell it on one line."""
        kills = ", ".join(f"{what} {number}" for what, number in sorted(self.kills.items()))
        deeds = ", ".join(f"{what} {number}" for what, number in sorted(self.deeds.items()))
        return f"{deeds}; {self.kills.total()} kills, at the commits of: {kills}; wrong: {self.wrong}"


@dataclass(frozen=True)
class Deed:
    """Something that a client has the service do under a key, and the process that dies of it.

    ``do`` returns what is told in the end. ``prepare`` is done before it with nobody disturbed, and ``do`` gets what it
    returned.
    """

    name: str
    victim: str
    do: Callable[[Service, str, str], dict[str, Any]]
    prepare: Callable[[Service], str] = lambda _service: ""


class Death:
    """While the block runs, one process may die at one of its commits; it is then started again."""

    def __init__(self, victim: Process, words: str) -> None:
        """Name the process, and its commit such as ``before worker._take 2`` (`altered`)."""
        assert victim.order is not None
        self._victim, self._words = victim, words
        self._order, self._taken = victim.order, victim.order.with_suffix(".taken")
        self._told = victim.order.with_suffix(".commits")
        self._thread = threading.Thread(target=self._watch)
        self.commits: list[str] = []
        self.died = False

    def __enter__(self) -> Self:
        """Order it."""
        for left in (self._taken, self._told):
            left.unlink(missing_ok=True)
        written = self._order.with_suffix(".written")
        written.write_text(self._words)
        written.rename(self._order)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the order back if nobody has died of it; what was committed meanwhile is known then."""
        self._order.unlink(missing_ok=True)
        self._thread.join()
        self.commits = self._told.read_text().splitlines() if self._told.exists() else []

    def _watch(self) -> None:
        while self._order.exists():
            time.sleep(0.01)
        if self._taken.exists():
            assert self._victim.running is not None
            self._victim.running.wait()
            self.died = True
            self._victim.start()


def deeds_of(service: Service) -> list[Deed]:
    """Return what is tried: where workers are apart, a run once for the process that is told of it, once for theirs."""
    return [
        Deed("import", "api", _import),
        *(Deed(f"run of {name}", name, _run) for name in service.processes),
        Deed("publication", "api", _publication, succeeded),
    ]


def kill_at_commits(service: Service, deeds: Iterable[Deed], times: int, draw: Random) -> Commits:
    """Have each deed done with its process killed at so many of the commits, or at each one where there are no more."""
    outcome = Commits()
    published(service)  # by then it has also sent the reminders that are due
    for deed in deeds:
        trial = _Trial(service, deed, outcome)
        every = [f"{side} {what} {1 + n}" for what, seen in trial.seen.items() for n in range(seen) for side in SIDES]
        if times < len(every):
            for words in draw.sample(every, times):
                trial.die(words)
        else:
            trial.die_everywhere()
    outcome.wrong += faults_in_trail(service)
    return outcome


class _Trial:
    """One deed: what it came to undisturbed, and the deaths of its process."""

    def __init__(self, service: Service, deed: Deed, outcome: Commits) -> None:
        """Do it undisturbed; ``seen`` is how often each of our functions commits meanwhile."""
        self._service, self._deed, self._outcome = service, deed, outcome
        undisturbed = Death(service.processes[deed.victim], NEVER)
        self._twin = _done(service, deed, undisturbed)
        self.seen = Counter(undisturbed.commits)

    def die_everywhere(self) -> None:
        """Let the process die at every commit of every function, those too that commit only after a death."""
        names = [*self.seen]
        for name in names:
            for number in count(1):
                deaths = [self.die(f"{side} {name} {number}") for side in SIDES]
                names += sorted({*chain.from_iterable(death.commits for death in deaths)} - {*names})
                if not any(death.died for death in deaths):
                    break

    def die(self, words: str) -> Death:
        """Let the process die at one commit, and see that the deed comes to the same."""
        death = Death(self._service.processes[self._deed.victim], words)
        told = _done(self._service, self._deed, death)
        self._outcome.deeds[self._deed.name] += 1
        if death.died:
            self._outcome.kills[words.split()[1]] += 1
        if told != self._twin:
            unlike = {name: (value, told.get(name)) for name, value in self._twin.items() if told.get(name) != value}
            self._outcome.wrong.append(f"{self._deed.name}, {words}: {unlike}")
        return death


def _done(service: Service, deed: Deed, death: Death) -> dict[str, Any]:
    """Have a deed done, and return what it told and how many rows each table has got by it."""
    prepared = deed.prepare(service)
    before = rows_in(service.engine)
    with death:
        told = deed.do(service, prepared, f"{deed.victim}-{time.monotonic_ns()}")
    after = rows_in(service.engine)
    return told | {f"rows of {table}": number - before[table] for table, number in after.items()}


def rows_in(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has."""
    with read_session(engine) as session:
        return {
            table.name: session.connection().execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }


def faults_in_trail(service: Service) -> list[str]:
    """Return what is wrong with the audit trail."""
    with read_session(service.engine) as session:
        wrong = verify(session, SYSTEM).wrong
    return [] if wrong is None else [f"the audit trail, entry {wrong.sequence}: {wrong.words.en}"]


def sheet(service: Service, key: str) -> bytes:
    """Return a sheet of places of study that nobody plans with."""
    kind = OrganisationKind.INSTITUTION
    with read_session(service.engine) as session:
        institution = session.exec(select(Organisation).where(Organisation.kind == kind)).all()[0]
    lines = [f"{institution.id},{key}-{number},0180" for number in range(ROWS)]
    return "\n".join(("institutionId,name,municipalityCode", *lines)).encode()


def _import(service: Service, _prepared: str, key: str) -> dict[str, Any]:
    """Import a sheet."""
    answer = service.call("POST", IMPORTS, sheet(service, key), key)
    assert answer.status_code == httpx.codes.OK, answer.text
    told: dict[str, Any] = answer.json()
    return told


def _run(service: Service, _prepared: str, key: str) -> dict[str, Any]:
    """Order a run, and wait for its end."""
    told = service.ended(service.order(key), 2 * STUCK_SECONDS)
    return {name: told[name] for name in ("status", "objective", "bound", "unplaced")}


def succeeded(service: Service, seconds: int = 60) -> str:
    """Carry out a run that nobody disturbs, and return its id."""
    told = service.ended(service.order(f"run-{time.monotonic_ns()}", seconds), 2 * STUCK_SECONDS)
    assert told["status"] == "succeeded", told
    return str(told["id"])


def published(service: Service) -> None:
    """Publish a plan that nothing is better than: plans after it are proven soon, and publishing one changes nothing.

    Something better than a plan that was found in a hurry, and is in force, is found soon.
    """
    for seconds in (2, 60):
        _publication(service, succeeded(service, seconds), f"published-{seconds}")


def _publication(service: Service, run: str, key: str) -> dict[str, Any]:
    """Publish a run's plan."""
    answer = publish(service, run, key)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    told: dict[str, Any] = answer.json()
    return {name: told[name] for name in ("termId", "placed", "publishedBy")}
