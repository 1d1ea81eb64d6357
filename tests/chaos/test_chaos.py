"""The short forms of what `make chaos` tries for hours."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from tests.chaos import network
from tests.chaos.commits import deeds_of, kill_at_commits
from tests.chaos.database import stop_at_random
from tests.chaos.frozen import freeze_at_random
from tests.chaos.full_disk import SMALL_MB, Disk, cluster_on_a_small_disk, fill_at_random
from tests.chaos.hostile import burden, give_little_memory
from tests.chaos.kills import kill_at_random
from tests.chaos.migrating import PAST, kill_migrations
from tests.chaos.rolling import NoOlderVersionError, roll
from tests.chaos.service import for_the_service, serving
from tests.chaos.unequal import make_unequal, plan_beside_small_ones
from tests.databases import DURABLE, NoServerError, as_owner, cluster_of_the_machine, newest_binaries
from tests.effort import SEED
from tests.small_disks import NoSmallDiskError, small_disk

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
def test_runs_whose_parts_two_workers_search_end_as_their_twin_whatever_process_is_killed(
    migrated_url: str, tmp_path: Path
) -> None:
    with serving(migrated_url, tmp_path, apart=True, workers=2, shared=True) as service:
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


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_a_service_does_that_dies_at_a_commit_is_done_once_in_the_end(migrated_url: str, tmp_path: Path) -> None:
    draw = Random(SEED)
    with serving(migrated_url, tmp_path, apart=False, ordered=True) as service:
        outcome = kill_at_commits(service, draw.sample(deeds_of(service), 1), 1, draw)
    assert outcome.wrong == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_is_done_is_done_once_though_a_process_dies_at_a_commit(migrated_url: str, tmp_path: Path) -> None:
    draw = Random(SEED)
    with serving(migrated_url, tmp_path, apart=True, lease=LEASE, ordered=True) as service:
        outcome = kill_at_commits(service, draw.sample(deeds_of(service), 1), 1, draw)
    assert outcome.wrong == []


@pytest.mark.one_database
def test_a_served_file_whose_disk_is_full_loses_nothing_and_needs_no_new_start(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    with ExitStack() as stack:
        try:
            stack.enter_context(small_disk(place, SMALL_MB))
        except NoSmallDiskError as missing:
            pytest.skip(f"A FULL DISK CANNOT BE TRIED HERE: {missing}")
        file = shutil.copyfile(migrated_sqlite, place / "chaos.sqlite3")
        service = stack.enter_context(serving(f"sqlite:///{file}", tmp_path, apart=False))
        outcome = fill_at_random(service, Disk(place), 1, Random(SEED))
    assert outcome.wrong == []
    assert outcome.refused


def test_a_postgresql_whose_disk_is_full_loses_nothing_and_the_service_needs_no_new_start(tmp_path: Path) -> None:
    with ExitStack() as stack:
        try:
            cluster, disk = stack.enter_context(cluster_on_a_small_disk())
        except NoSmallDiskError as missing:
            pytest.skip(f"A FULL DISK CANNOT BE TRIED HERE: {missing}")
        except NoServerError as missing:
            if os.environ.get("REQUIRE_PG"):
                raise
            pytest.skip(str(missing))
        url = for_the_service(cluster.url, cluster.url)
        outcome = fill_at_random(stack.enter_context(serving(url, tmp_path, apart=True)), disk, 1, Random(SEED))
    assert outcome.wrong == []
    assert outcome.refused


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_file_whose_migration_is_killed_is_at_one_revision_or_the_other(database_url: str) -> None:
    draw = Random(SEED)
    outcome = kill_migrations(database_url, draw.sample(PAST, 1), draw)
    assert (outcome.wrong, outcome.revisions) == ([], 1)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_postgresql_whose_migration_is_killed_is_at_one_revision_or_the_other(
    database_url: str, migrated_postgresql: str
) -> None:
    assert migrated_postgresql  # by then the service's role is there
    draw = Random(SEED)
    outcome = kill_migrations(database_url, draw.sample(PAST, 1), draw)
    assert (outcome.wrong, outcome.revisions) == ([], 1)


def test_a_worker_whose_network_is_cut_loses_no_run(tmp_path: Path) -> None:
    with ExitStack() as stack:
        try:
            cable = stack.enter_context(network.network())
            cluster = stack.enter_context(cluster_of_the_machine(f"{DURABLE} -c listen_addresses={network.HERE}"))
        except network.NoNetworkError as missing:
            pytest.skip(f"NO NETWORK CAN BE CUT HERE: {missing}")
        except NoServerError as missing:
            if os.environ.get("REQUIRE_PG"):
                raise
            pytest.skip(str(missing))
        network.let_in(cluster)
        url = for_the_service(cluster.url, cluster.url)
        service = stack.enter_context(serving(url, tmp_path, apart=True, workers=0))
        service.processes["worker"] = network.worker_beyond(service, cluster, cable)
        service.processes["worker"].start()
        outcome = network.cut_at_random(service, cable, 1, Random(SEED))
    assert (outcome.wrong, outcome.runs) == ([], 1)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_processes_of_two_versions_share_a_database_during_an_upgrade(migrated_url: str, tmp_path: Path) -> None:
    with serving(migrated_url, tmp_path, apart=True) as service:
        try:
            outcome = roll(service, as_owner(migrated_url), tmp_path, 0, Random(SEED))
        except NoOlderVersionError as missing:
            pytest.skip(f"THE OLDER VERSION IS NOT HERE: {missing}")
    assert (outcome.wrong, outcome.runs) == ([], 3)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_run_that_wants_more_memory_than_it_may_have_fails_and_nobody_else_does(
    migrated_url: str, tmp_path: Path
) -> None:
    with serving(migrated_url, tmp_path, apart=True, scale="quarter") as service:
        give_little_memory(service)
        outcome = burden(service, 1)
    assert outcome.wrong == []
    assert outcome.seconds


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_run_that_one_worker_lacks_memory_for_has_its_plan_from_another(migrated_url: str, tmp_path: Path) -> None:
    with serving(migrated_url, tmp_path, apart=True, workers=2, scale="half") as service:
        make_unequal(service)
        outcome = plan_beside_small_ones(service, 1)
    assert outcome.wrong == []
    assert outcome.left
