"""Whether time tells another's row from one that does not exist: every operation that names a row, each asked for both.

Run it as ``python -m tests.bench.foreign [CALLS]`` (500 of each by default, in turn, in an order that is drawn). The
service answers within this process, on an SQLite copy of the tests' small county, and the processor's time is taken, so
that neither a network nor other programs blur it; nothing else is waited for.
For each operation it prints the medians and their ratio; at the end the ratio over all operations together, and how
far apart two halves of the calls for the *same* missing row are, which is what chance alone does.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from random import Random
from statistics import median

from fastapi.testclient import TestClient

from placement.callers import Role
from placement.database import engine_for, migrate, open_session
from placement.settings import Settings
from placement_api.app import create_app
from tests import site_rows
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.world import World, settle

CALLS = 500
WARM_UP = 20


def cases() -> list[tuple[Line, Role]]:
    """Return each operation that names a row of the other side's, with the first role from which it is hidden."""
    found: dict[str, tuple[Line, Role]] = {}
    for line in LINES:
        for role in Role:
            if line.names_a_row and line.theirs and line.lets_in(role) and not line.reaches(role):
                found.setdefault(line.operation, (line, role))
    return list(found.values())


def missing_beside(row: str) -> str:
    """Return the id of a row that does not exist, as long as another's."""
    return row[:-1] + ("q" if row[-1] != "q" else "z")


def measure(
    client: TestClient, world: World, line: Line, role: Role, calls: int, draw: Random
) -> dict[str, list[float]]:
    """Return how long each call took, in milliseconds, by whether the row is another's or missing."""
    rows = {"foreign": line.theirs, "missing": missing_beside(line.theirs)}
    headers = world.by(role, **{"If-Match": '"1"'})
    taken: dict[str, list[float]] = {"foreign": [], "missing": []}
    order = [*(["foreign", "missing"] * WARM_UP), *draw.sample(["foreign", "missing"] * calls, 2 * calls)]
    for number, kind in enumerate(order):
        begin = time.process_time()
        answer = client.request(line.method, line.path(rows[kind]), headers=headers, json=line.body)
        passed = 1_000 * (time.process_time() - begin)
        assert answer.status_code == 404, (line.operation, kind, answer.text)
        if number >= 2 * WARM_UP:
            taken[kind].append(passed)
    return taken


def main(calls: int) -> None:
    """Measure every operation, and print what was found."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'county.sqlite3'}"
        migrate(url)
        world = settle(url)
        settings = Settings(
            database_url=url, runner="none", calls_per_minute=0, dear_calls_per_minute=0, wrong_tokens_per_minute=0
        )
        app = create_app(settings)
        app.state.engine = engine_for(url)
        with open_session(app.state.engine) as session:
            session.add_all(site_rows.both_sides())
        report(TestClient(app), world, calls)
        app.state.engine.dispose()


def report(client: TestClient, world: World, calls: int) -> None:
    """Print a line for each operation, the widest apart last, and the ratios over all."""
    draw, ratios, by_chance = Random(1), [], []
    for line, role in cases():
        taken = measure(client, world, line, role, calls, draw)
        foreign, missing = median(taken["foreign"]), median(taken["missing"])
        ratios.append((foreign / missing, f"{line.operation} as {role}: {foreign:.2f} ms, missing {missing:.2f} ms"))
        by_chance.append(median(taken["missing"][::2]) / median(taken["missing"][1::2]))
    for ratio, told in sorted(ratios, key=lambda each: abs(each[0] - 1)):
        print(f"{ratio - 1:+.1%}  {told}")
    over = sum(abs(ratio - 1) >= 0.05 for ratio, _ in ratios)
    print(f"{len(ratios)} operations, {calls} calls of each kind: median ratio {median(r for r, _ in ratios):.3f}")
    print(
        f"apart by 5 % or more: {over}; the same row against itself, at most: {max(abs(r - 1) for r in by_chance):.1%}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS)
