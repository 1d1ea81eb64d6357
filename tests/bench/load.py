"""How long the API's users wait when it holds a county's term: ``python -m tests.bench load``.

The server is ``placement serve`` with one process a core, over a PostgreSQL of its own on the disk, which it waits
for (fsync). The service connects as a role that owns nothing, so that the policies on rows hold. The database holds the
demo's county and two drafts of its term, the first of them published. A hundred users (``tests.bench.load_users``)
begin one after another and then together send 25 calls a second, for a minute, then 50, and then 100. Server, database
and users share the machine.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from sqlmodel import col, select

from placement.callers import SYSTEM, Role
from placement.database import engine_for, open_session
from placement.in_force.publishing import publish
from placement.keys import new_key
from placement.signing_in.links import make_link
from placement.store.tokens import create_token
from placement.tables import Organisation, Placement, Run, RunStatus, Student, Unit
from tests.api.serving import address_of
from tests.chaos.service import for_the_service
from tests.databases import DURABLE, cluster_of_the_machine

if TYPE_CHECKING:
    from tests.bench.records import Row

COMMAND = Path(sys.executable).with_name("placement")
USERS = Path(__file__).with_name("load_users.py")
UNLIMITED = dict.fromkeys(("PLACEMENT_CALLS_PER_MINUTE", "PLACEMENT_DEAR_CALLS_PER_MINUTE"), "0")
"""The users of a load share a few tokens, and call more often than one caller may."""
PARTIES = "PLACEMENT_LOAD_PARTIES"
"""The environment variable that names the file of the users' tokens."""
PACE = "PLACEMENT_LOAD_PACE"
"""The environment variable that says how many calls a second each user sends on average."""
COUNT, BEGIN_A_SECOND, SECONDS = 100, 5, 60
RATES = (25, 50, 100)
"""How many calls a second the users send together, one rate after another."""
READER, READERS = "reader", 10
"""Those who read pages, and how many of the users do; each signs in with a link of their own."""
PROCESSES = os.cpu_count() or 1
SEARCH_SECONDS = "15"
SHARES = (50, 95, 99)
TARGETS = {"single read": 50, "list": 150, "write": 150, "page": 300}
"""The milliseconds within which 95 in 100 calls of a kind should be answered."""


def measure(name: str, folder: Path) -> Iterator[Row]:
    """Let the users call, and yield a row for each kind of call and for each operation."""
    os.environ.setdefault("PLACEMENT_SECRET_KEYS", new_key())
    with ExitStack() as stack:
        server = stack.enter_context(cluster_of_the_machine(DURABLE, on_disk=True)).url
        owner = server.render_as_string(hide_password=False)
        url = for_the_service(server, server)
        for _ in range(2):
            run([COMMAND, "demo", "--scale", name, "--time-limit", SEARCH_SECONDS], PLACEMENT_DATABASE_URL=url)
        invited = publish_and_invite(url)
        analyse(owner)
        address, service = stack.enter_context(served(url))
        for rate in RATES:
            parties = folder / f"parties-{rate}.json"
            parties.write_text(json.dumps(invited | {READER: invite_readers(url)}), encoding="utf-8")
            busy = os.getloadavg()[0]
            worked, asked = _work(service), _work_of_others()
            kept = _call(address, parties, folder, rate / COUNT)
            used = {"server_cpu": _work(service) - worked, "users_cpu": _work_of_others() - asked}
            yield from tell(f"{name}/{rate}", json.loads(kept.read_text(encoding="utf-8")), {"busy": busy, **used})


def analyse(url: str) -> None:
    """Let PostgreSQL analyse its rows, as it does by itself some minutes after they are written."""
    engine = engine_for(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def publish_and_invite(url: str) -> dict[str, list[str]]:
    """Publish the first draft; return tokens for a coordinator and for every party that it concerns."""
    engine = engine_for(url)
    with open_session(engine) as session:
        finished = select(Run).where(Run.status == RunStatus.SUCCEEDED).order_by(col(Run.requested_at))
        run = session.exec(finished).first()
        assert run is not None
        publish(session, SYSTEM, run.term_id, run.id, "Eva Ek")
        hosts = select(Unit.provider_id).join(Placement, col(Placement.unit_id) == Unit.id)
        whose = {Role.PROVIDER: hosts, Role.INSTITUTION: select(Student.institution_id)}
        tokens = {Role.COORDINATOR.value: [create_token(session, SYSTEM, Role.COORDINATOR)]}
        for role, concerned in whose.items():
            parties = select(Organisation.id).where(col(Organisation.id).in_(concerned)).order_by(col(Organisation.id))
            tokens[role.value] = [create_token(session, SYSTEM, role, party) for party in session.exec(parties)]
    engine.dispose()
    return tokens


def invite_readers(url: str) -> list[str]:
    """Return a link to sign in with for each reader of pages."""
    engine = engine_for(url)
    with open_session(engine) as session:
        reader = {"role": Role.COORDINATOR, "label": "load"}
        links = [make_link(session, SYSTEM, reader)[1] for _ in range(READERS)]
    engine.dispose()
    return links


@contextmanager
def served(url: str, processes: int = PROCESSES) -> Iterator[tuple[str, psutil.Process]]:
    """Serve a database on a free port; yield the address and the server's process, and end the server afterwards."""
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", "0", "--processes", str(processes)],
        env=os.environ | UNLIMITED | {"PLACEMENT_DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    try:
        yield address_of(server.stderr, processes), psutil.Process(server.pid)
    finally:
        server.terminate()
        server.communicate(timeout=60)


def tell(name: str, kept: list[dict[str, Any]], whole: Mapping[str, float]) -> Iterator[Row]:
    """Turn the users' records into rows: one for each kind of call, then one for each operation."""
    began = min(entry["start_time"] for entry in kept)
    ended = max(entry["last_request_timestamp"] for entry in kept)
    calls = sum(entry["num_requests"] for entry in kept)
    shared = {"rate": round(calls / (ended - began), 1), "seconds": round(ended - began)}
    shared |= {what: round(figure, 1) for what, figure in whole.items()}
    of_kinds: dict[str, list[dict[str, Any]]] = {}
    for entry in kept:
        of_kinds.setdefault(entry["name"].partition(": ")[0], []).append(entry)
    for kind, entries in sorted(of_kinds.items()):
        yield {"name": f"{name}/{kind}", "kind": kind, "operation": None, **_figures(entries), **shared}
    for entry in sorted(kept, key=lambda entry: str(entry["name"])):
        kind, _, operation = entry["name"].partition(": ")
        yield {"name": f"{name}/{operation}", "kind": kind, "operation": operation, **_figures([entry])}


def _figures(entries: list[dict[str, Any]]) -> dict[str, int]:
    """Return the number of calls and failures, and the percentiles of the answer times in milliseconds."""
    times: Counter[float] = Counter()
    for entry in entries:
        times.update({float(time): count for time, count in entry["response_times"].items()})
    figures = {
        "calls": sum(entry["num_requests"] for entry in entries),
        "failures": sum(entry["num_failures"] for entry in entries),
    }
    return figures | {f"p{share}": round(within(times, share / 100)) for share in SHARES}


def within(times: Counter[float], share: float) -> float:
    """Return the time within which that share of the calls was answered."""
    wanted, passed = share * times.total(), 0
    for time in sorted(times):
        passed += times[time]
        if passed >= wanted:
            return time
    return 0.0


def _call(address: str, parties: Path, folder: Path, pace: float) -> Path:
    """Let the users call for `SECONDS`, not counting the time in which they begin; return the file of their records."""
    command: list[str | Path] = [sys.executable, "-m", "locust", "-f", USERS, "--headless", "--host", address]
    command += ["--users", str(COUNT), "--spawn-rate", str(BEGIN_A_SECOND), "--reset-stats"]
    command += ["--run-time", f"{SECONDS + COUNT // BEGIN_A_SECOND}s", "--json-file", folder / "kept"]
    command += ["--loglevel", "WARNING", "--only-summary", "--exit-code-on-error", "0"]
    run(command, **{PARTIES: str(parties), PACE: str(pace)})
    return folder / "kept.json"


def run(command: list[str | Path], **environment: str) -> None:
    """Run a command without showing its output; raise if it fails."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | environment)


def _work(process: psutil.Process) -> float:
    """Return the processor seconds of a process and all processes that it has started."""
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def _work_of_others() -> float:
    """Return the processor seconds of the processes that we started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
