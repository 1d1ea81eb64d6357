"""Public instances of the generalised assignment problem, as the search core plans them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.bench.gap import Instance, assign, family, known_values, measure, names, read_instance, score

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """ 2 4
 5 7 4 9
 6 3 8 2
 3 4 5 2
 2 4 3 5
 7 8
"""


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """Two agents, four jobs."""
    (tmp_path / "two").write_text(TEXT)
    return read_instance(tmp_path / "two")


def test_an_instance_is_read_agent_by_agent(instance: Instance) -> None:
    assert instance.cost.tolist() == [[5, 7, 4, 9], [6, 3, 8, 2]]
    assert (instance.need[1].tolist(), instance.room.tolist()) == ([2, 4, 3, 5], [7, 8])


def test_an_agent_with_more_than_its_room_is_refused(instance: Instance) -> None:
    with pytest.raises(SystemExit, match="more than its room"):
        score(instance, [0, 0, 0, 0])


def test_the_core_finds_the_best_assignment_there_is(instance: Instance) -> None:
    jobs = np.arange(4)
    fitting = [
        int(instance.cost[list(agents), jobs].sum())
        for agents in itertools.product(range(2), repeat=4)
        if (np.bincount(agents, weights=instance.need[list(agents), jobs], minlength=2) <= instance.room).all()
    ]
    agents, bound = assign(instance, 10.0)
    assert agents is not None
    assert (score(instance, agents), bound) == (min(fitting), min(fitting))


def test_jobs_that_cannot_all_be_assigned_are_no_assignment(instance: Instance) -> None:
    cramped = Instance(instance.cost, instance.need, np.array([3, 3]))
    assert assign(cramped, 10.0)[0] is None


def test_an_instance_is_compared_with_the_best_known_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heading = "Path,Format,Dataset,Item number,Agent number,Best known bound,Optimum,Best known solution value"
    (tmp_path / "gap").mkdir()
    (tmp_path / "gap/best-known.csv").write_text(f"{heading}\nown/gap1,orlibrary,own,4,2,16,16,16\n")
    (tmp_path / "gap/own").mkdir()
    (tmp_path / "gap/own/gap1").write_text(TEXT)
    monkeypatch.setenv("PLACEMENT_BENCH_DATA", str(tmp_path))
    assert names() == tuple(known_values(tmp_path)) == ("own/gap1",)
    (row,) = measure("own/gap1", tmp_path)
    assert (row["objective"], row["bound"], row["known"], row["family"]) == (row["bound"], row["objective"], 16, "own")


def test_without_a_data_folder_there_is_nothing_to_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLACEMENT_BENCH_DATA", raising=False)
    assert names() == ()


def test_a_family_is_named_by_the_collection_and_the_letter() -> None:
    assert [family(name) for name in ("cattrysse1994/gap1-0", "chu1997/a05100")] == ["cattrysse1994", "chu1997 A"]
