"""How long it takes to import a county's students and requests over HTTP: ``python -m tests.bench.imports``.

The database is PostgreSQL (``tests.databases`` finds or starts one). The steps: import students, import their requests
with preferences, import the same requests again (nothing changes), and export the sheet of requests; as CSV or XLSX.
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
from placement_api.media_types import CSV, XLSX
from tests.api.world import World, settle
from tests.databases import first_server, ladder, new_database

COUNT = 8_000


def students(count: int) -> Sheet:
    """Make up students; every tenth has a blocked unit."""
    lines: list[list[Value]] = [
        ["1SJ24/VT2027/T2", f"s-{number:05}", 59.2 + number / 1e5, 18.05, 90, (number % 10 == 0 and "unt_b") or None]
        for number in range(count)
    ]
    return Sheet(("cohortId", "externalId", "lat", "lon", "maxTravel", "blockedUnits"), lines)


def requests(count: int) -> Sheet:
    """Make up one request for each student, with two preferred units."""
    lines: list[list[Value]] = [
        [f"s-{number:05}", "1SJ021", "VT2027", "open", "SE-1, unt_b"] for number in range(count)
    ]
    return Sheet(("studentId", "courseId", "termId", "status", "preferences"), lines)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print the wall time of a step, and the processor time that this process (service and client) used for it."""
    began, worked = time.perf_counter(), time.process_time()
    yield
    seconds, work = time.perf_counter() - began, time.process_time() - worked
    print(f"{what}: {seconds:.1f} s, of which {work:.1f} s of work", flush=True)


def main(count: int = COUNT) -> None:
    """Import ``count`` students and as many requests, and print the seconds of each step."""
    with first_server(ladder(os.environ.get("PLACEMENT_TEST_POSTGRES_URL"))) as server, new_database(server) as address:
        url = address.render_as_string(hide_password=False)
        migrate(url)
        world = settle(url)
        with TestClient(create_app(Settings(database_url=url, runner="none"))) as client:
            import_all(client, world, count)


def import_all(client: TestClient, world: World, count: int) -> None:
    """Send each sheet to the API and print how long it takes."""

    def send(path: str, content: bytes, media: str) -> None:
        asked = world.by("institution", **{"Content-Type": media})
        answer = client.post(path, content=content, headers=asked)
        print(f"  {answer.status_code} {answer.text[:200]}")

    wanted = requests(count)
    with timed(f"{count} students, CSV"):
        send("/v1/students/imports", write_csv(students(count)), CSV)
    with timed(f"{count} requests with two preferences each, dry run, XLSX"):
        send("/v1/requests/imports?dryRun=true", write_xlsx(wanted, "requests"), XLSX)
    with timed(f"{count} requests with two preferences each, CSV"):
        send("/v1/requests/imports", write_csv(wanted), CSV)
    with timed(f"the same {count} requests again, XLSX"):
        send("/v1/requests/imports", write_xlsx(wanted, "requests"), XLSX)
    with timed("export of the requests, XLSX"):
        client.get("/v1/requests/sheet?format=xlsx", headers=world.by("institution"))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
