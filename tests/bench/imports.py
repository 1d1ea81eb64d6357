"""How long it takes to bring a county's students and requests in over HTTP: ``python -m tests.bench.imports``.

On PostgreSQL (``tests.databases`` finds or starts one): students, their requests with wishes, the same requests once
more (nothing changes), and the sheet of them; as CSV, as XLSX and as JSON.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi.testclient import TestClient

from placement.database import migrate
from placement.settings import Settings
from placement.sheets.cells import Value
from placement.sheets.writing import Sheet, write_csv, write_xlsx
from placement_api.app import create_app
from placement_api.importing import CSV, XLSX
from tests.api.world import World, settle
from tests.databases import first_server, ladder, new_database

COUNT = 8_000


def students(count: int) -> Sheet:
    """Make up students, one in ten of whom may not be placed at a unit."""
    lines: list[list[Value]] = [
        ["1SJ24/VT2027/T2", f"s-{number:05}", 59.2 + number / 1e5, 18.05, 90, (number % 10 == 0 and "unt_b") or None]
        for number in range(count)
    ]
    return Sheet(("cohortId", "externalId", "lat", "lon", "maxTravel", "blockedUnits"), lines)


def requests(count: int) -> Sheet:
    """Make up a request of each, with two units wished for."""
    lines: list[list[Value]] = [
        [f"s-{number:05}", "1SJ021", "VT2027", "open", "SE-1, unt_b"] for number in range(count)
    ]
    return Sheet(("studentId", "courseId", "termId", "status", "preferences"), lines)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long something takes, and how long this process (service and client) works for it."""
    began, worked = time.perf_counter(), time.process_time()
    yield
    seconds, work = time.perf_counter() - began, time.process_time() - worked
    print(f"{what}: {seconds:.1f} s, {work:.1f} s of them work", flush=True)


def main(count: int = COUNT) -> None:
    """Bring so many of each in, and print the seconds of each step."""
    with first_server(ladder(os.environ.get("PLACEMENT_TEST_POSTGRES_URL"))) as server, new_database(server) as address:
        url = address.render_as_string(hide_password=False)
        migrate(url)
        world = settle(url)
        with TestClient(create_app(Settings(database_url=url, runner="none"))) as client:
            bring_in(client, world, count)


def bring_in(client: TestClient, world: World, count: int) -> None:
    """Hand the sheets in."""

    def send(path: str, content: bytes, media: str) -> None:
        asked = world.by("institution", **{"Content-Type": media})
        answer = client.post(path, content=content, headers=asked)
        print(f"  {answer.status_code} {answer.text[:200]}")

    wanted = requests(count)
    with timed(f"{count} students, CSV"):
        send("/v1/students/imports", write_csv(students(count)), CSV)
    with timed(f"{count} requests with two wishes each, dry run, XLSX"):
        send("/v1/requests/imports?dryRun=true", write_xlsx(wanted, "requests"), XLSX)
    with timed(f"{count} requests with two wishes each, CSV"):
        send("/v1/requests/imports", write_csv(wanted), CSV)
    with timed(f"the same {count} requests once more, XLSX"):
        send("/v1/requests/imports", write_xlsx(wanted, "requests"), XLSX)
    with timed("the sheet of them, XLSX"):
        client.get("/v1/requests/sheet?format=xlsx", headers=world.by("institution"))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
