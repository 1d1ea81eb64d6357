"""How long a region's answers to all its placements take, as one sheet over HTTP: ``python -m tests.bench.answers``.

A county's plan is published on a PostgreSQL that waits for its disk, and the service is one process whose role the
policies on rows hold for. The provider with the most placements accepts all of them in one file; in between they are
set back. ``… 5`` sends the file five times.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack

import httpx
from sqlalchemy import update

from placement.callers import Role
from placement.database import engine_for, open_session
from placement.keys import new_key
from placement.tables import Placement, PlacementStatus
from tests.bench.load import COMMAND, SEARCH_SECONDS, analyse, publish_and_invite, run, served
from tests.chaos.service import for_the_service
from tests.databases import DURABLE, cluster_of_the_machine

PATH = "/v1/placements"
SECONDS = 600


def main(times: int = 3) -> None:
    """Send the sheet so many times, and print how long each took. The status is 1 if it is not taken in whole."""
    os.environ.setdefault("PLACEMENT_SECRET_KEYS", new_key())
    with ExitStack() as stack:
        server = stack.enter_context(cluster_of_the_machine(DURABLE, on_disk=True)).url
        owner, url = server.render_as_string(hide_password=False), for_the_service(server, server)
        run([COMMAND, "demo", "--scale", "county", "--time-limit", SEARCH_SECONDS], PLACEMENT_DATABASE_URL=url)
        tokens = publish_and_invite(url)[Role.PROVIDER.value]
        analyse(owner)
        address, service = stack.enter_context(served(url, processes=1))
        callers = [stack.enter_context(_caller(address, token)) for token in tokens]
        most, provider = max((_placements_of(each), number) for number, each in enumerate(callers))
        told = callers[provider].get(f"{PATH}/sheet", params={"format": "csv"}).text.lstrip("\ufeff")
        ids = [line.partition(",")[0] for line in told.splitlines()[1:]]
        sheet = "\n".join(["id,status", *(f"{each},accepted" for each in ids)])
        for _ in range(times):
            _set_back(owner)
            began, worked = time.perf_counter(), sum(service.cpu_times()[:2])
            answer = callers[provider].post(f"{PATH}/imports", content=sheet, headers={"Content-Type": "text/csv"})
            seconds, work = time.perf_counter() - began, sum(service.cpu_times()[:2]) - worked
            if answer.json().get("changed") != most:
                sys.exit(f"{answer.status_code} {answer.text}")
            print(f"{most} answers: {seconds:.1f} s, of which the service works {work:.1f} s", flush=True)


def _caller(address: str, token: str) -> httpx.Client:
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=SECONDS)


def _placements_of(caller: httpx.Client) -> int:
    """Return how many placements a caller has."""
    return int(caller.get(PATH, params={"limit": 1}).json()["total"])


def _set_back(url: str) -> None:
    """Let every placement be unanswered, as after the publication."""
    engine = engine_for(url)
    with open_session(engine) as session:
        session.connection().execute(update(Placement).values(status=PlacementStatus.PUBLISHED))
    engine.dispose()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
