"""The short forms of what `make chaos` tries for hours."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from tests.chaos.database import stop_at_random
from tests.chaos.frozen import freeze_at_random
from tests.chaos.kills import kill_at_random
from tests.chaos.service import for_the_service, serving
from tests.databases import DURABLE, NoServerError, cluster_of_the_machine, newest_binaries
from tests.effort import SEED

LEASE = 3.0


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_embedded_runs_end_as_their_twin_though_the_service_is_killed(migrated_url: str, tmp_path: Path) -> None:
    with serving(migrated_url, tmp_path, apart=False) as service:
        outcome = kill_at_random(service, 1, SEED)
    assert (outcome.wrong, outcome.runs) == ([], 1)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_runs_of_workers_end_as_their_twin_whatever_process_is_killed(migrated_url: str, tmp_path: Path) -> None:
    with serving(migrated_url, tmp_path, apart=True) as service:
        outcome = kill_at_random(service, 1, SEED)
    assert (outcome.wrong, outcome.runs) == ([], 1)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_worker_that_was_frozen_past_its_lease_writes_nothing_more(migrated_url: str, tmp_path: Path) -> None:
    with serving(migrated_url, tmp_path, apart=True, lease=LEASE, workers=2) as service:
        outcome = freeze_at_random(service, 1, Random(SEED), LEASE)
    assert (outcome.wrong, outcome.taken_over) == ([], 1)


def test_while_the_database_crashes_callers_are_told_to_come_back_and_no_write_is_lost(tmp_path: Path) -> None:
    try:
        newest_binaries()
    except NoServerError as missing:
        if os.environ.get("REQUIRE_PG"):
            raise
        pytest.skip(str(missing))
    with (
        cluster_of_the_machine(DURABLE) as cluster,
        serving(for_the_service(cluster.url, cluster.url), tmp_path, apart=True) as service,
    ):
        outcome = stop_at_random(service, cluster, 500, (0.3, 1.0), Random(SEED))
    assert outcome.wrong == []
    assert outcome.outages > 0
    assert outcome.written
