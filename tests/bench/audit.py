"""How long the audit trail takes: what an entry costs, verifying a million entries, and an inquiry about 50 people.

Run it as ``python -m tests.bench.audit [ENTRIES] [DATABASE URL]``; without a URL it uses an SQLite file of its own. The
trail is made up: three entries in four are looks at 1 to 60 of 6,000 students, the others are changes of a placement.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, insert

from placement.callers import SYSTEM, Role
from placement.database import engine_for, migrate, open_session, read_session
from placement.store import chain
from placement.store.inquiries import inquire
from placement.store.verifying import verify
from placement.tables import Action, AuditEntry

ENTRIES = 1_000_000
STUDENTS = 6_000
AT_A_TIME = 10_000
PUBLISHED = 5_000
ASKED = 50
BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def made_up(number: int, draw: Random) -> dict[str, Any]:
    """Return the values of one entry of the trail."""
    some = [f"stu_{draw.randrange(STUDENTS):016x}" for _ in range(draw.choice([1, 1, 1, 1, 2, 20, 60]))]
    entry = {
        "at": BEGIN + dt.timedelta(seconds=30 * number),
        "actor_token": f"{draw.randrange(200):016x}",
        "actor_role": Role.INSTITUTION,
        "actor_organisation": f"org_{draw.randrange(20)}",
        "trace": f"{number:032x}",
    }
    if number % 4:
        after = {"operation": "GET /v1/students", "people": len(some)}
        look = {"action": Action.READ, "object_type": "look", "object_id": "/v1/students", "before": None}
        return {**entry, **look, "after": after, "people": some}
    moved = {"before": {"unit_id": "unt_a", "start": "2027-W05"}, "after": {"unit_id": "unt_b", "start": "2027-W06"}}
    named = {"action": Action.CHANGED, "object_type": "placement", "object_id": f"pla_{number:016x}"}
    return {**entry, **named, **moved, "people": some[:1]}


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long a block takes, and how much memory the process has taken at most by then."""
    begin = time.perf_counter()
    yield
    taken = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {taken:.2f} s (peak memory {peak:.0f} MB)", flush=True)


def put_chained(engine: Engine, entries: list[dict[str, Any]]) -> None:
    """Write entries as the service does."""
    with open_session(engine) as session:
        chain.put(session, entries)


def put_plain(first: int) -> Callable[[Engine, list[dict[str, Any]]], None]:
    """Write entries without any hash, as before there was a chain."""
    number = [first]

    def put(engine: Engine, entries: list[dict[str, Any]]) -> None:
        rows = []
        for entry in entries:
            number[0] += 1
            blank = {"sequence": number[0], "salt": "0" * 32, "payload_hash": "0" * 64, "hash": "0" * 64}
            rows.append({**entry, **blank})
        with open_session(engine) as session:
            session.connection().execute(insert(AuditEntry), rows)

    return put


def measure_cost(url: str) -> None:
    """Print what the chain adds to single writes and to a publication, on a trail of its own."""
    engine, draw = engine_for(url), Random(2)
    for times, each, what in ((500, 1, "500 single writes"), (4, PUBLISHED, "4 publications of 5,000 placements")):
        for name, put in (("plain", put_plain(10**9 * each)), ("chained", put_chained)):
            batches = [[made_up(number, draw) for number in range(each)] for _ in range(times)]
            if name == "plain":  # before the chained, whose numbers go on from the last
                plain = engine_for(url.replace(".sqlite3", "-plain.sqlite3"))
                with timed(f"{what}, {name}"):
                    for batch in batches:
                        put(plain, batch)
                plain.dispose()
                continue
            with timed(f"{what}, {name}"):
                for batch in batches:
                    put(engine, batch)
    engine.dispose()


def main(entries: int, url: str) -> None:
    """Make the trail and measure."""
    migrate(url)
    engine, draw = engine_for(url), Random(1)
    with timed(f"writing {entries:,} entries"):
        for first in range(0, entries, AT_A_TIME):
            put_chained(engine, [made_up(number, draw) for number in range(first, min(first + AT_A_TIME, entries))])
    with timed("verifying"), read_session(engine) as session:
        verdict = verify(session, SYSTEM)
    assert (verdict.held, verdict.wrong) == (entries, None)
    asked = [f"stu_{number:016x}" for number in range(ASKED)]
    with timed(f"an inquiry about {ASKED} people over the whole time"), read_session(engine) as session:
        found = inquire(session, SYSTEM, asked, BEGIN, BEGIN + dt.timedelta(seconds=30 * entries))
    print(f"found {sum(len(person.seen) for person in found.people):,} ways of seeing or changing")
    engine.dispose()


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with tempfile.TemporaryDirectory() as folder:
        home = f"sqlite:///{Path(folder) / 'trail.sqlite3'}"
        if len(sys.argv) <= 2:
            cost = f"sqlite:///{Path(folder) / 'cost.sqlite3'}"
            migrate(cost)
            migrate(cost.replace(".sqlite3", "-plain.sqlite3"))
            measure_cost(cost)
        main(wanted, sys.argv[2] if len(sys.argv) > 2 else home)
