"""A file that would fill the memory or reach outside is refused soon, and costs little before that."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.world import World
from tests.fuzz import bombs, weighing

pytestmark = [pytest.mark.no_cover, pytest.mark.one_database]

Bomb = Callable[[], bytes]

MEGABYTES = 50.0
"""What reading a file may add to the memory."""
BUSY = 5
"""How much slower a machine may be that does much else at the same time."""


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Read every bomb in a process of its own, and return what each took, by its name."""
    folder = tmp_path_factory.mktemp("bombs")
    made = (*bombs.AT_ONCE, *bombs.LATER, *bombs.READ)
    for bomb in made:
        (folder / bomb.__name__).write_bytes(bomb())
    command = [sys.executable, "-m", weighing.__name__, *(str(folder / bomb.__name__) for bomb in made)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return {Path(file).name: each for file, each in told.items()}


@pytest.mark.parametrize("bomb", bombs.AT_ONCE, ids=lambda bomb: bomb.__name__)
def test_a_bomb_is_refused_at_once_with_little_memory(bomb: Bomb, weighed: dict[str, dict[str, Any]]) -> None:
    told = weighed[bomb.__name__]
    assert told["refused"], told
    assert told["growth"] < MEGABYTES, told
    assert told["seconds"] < 0.2 * BUSY, told


@pytest.mark.parametrize("bomb", bombs.LATER, ids=lambda bomb: bomb.__name__)
def test_what_has_to_be_counted_first_is_refused_within_seconds(bomb: Bomb, weighed: dict[str, dict[str, Any]]) -> None:
    told = weighed[bomb.__name__]
    assert told["refused"], told
    assert told["growth"] < 3 * MEGABYTES, told
    assert told["seconds"] < 2 * BUSY, told


@pytest.mark.parametrize("bomb", bombs.READ, ids=lambda bomb: bomb.__name__)
def test_what_does_no_harm_is_read_with_little_memory(bomb: Bomb, weighed: dict[str, dict[str, Any]]) -> None:
    told = weighed[bomb.__name__]
    assert told["refused"] is None, told
    assert told["growth"] < MEGABYTES, told
    assert told["seconds"] < 1 * BUSY, told


def test_a_packed_body_is_refused_without_being_unpacked(client: TestClient, world: World) -> None:
    headers = world.by("provider", **{"Content-Type": "text/csv", "Content-Encoding": "gzip"})
    told = client.post("/v1/capacity-offers/imports", content=bombs.packed_by_gzip(), headers=headers)
    assert told.status_code in {415, 422}, told.text
