"""A file that would fill the memory or reach outside is refused, and takes little memory before that.

`python -m tests.fuzz.weighing FILE` tells how many seconds a file takes too.
"""

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
MOST_SECONDS = 300
"""A file that is still being read after so long is read for ever."""


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Read every bomb in a process of its own, and return what each took, by its name."""
    folder = tmp_path_factory.mktemp("bombs")
    made = (*bombs.AT_ONCE, *bombs.LATER, *bombs.READ)
    for bomb in made:
        (folder / bomb.__name__).write_bytes(bomb())
    command = [sys.executable, "-m", weighing.__name__, *(str(folder / bomb.__name__) for bomb in made)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=MOST_SECONDS).stdout)
    return {Path(file).name: each for file, each in told.items()}


@pytest.mark.parametrize("bomb", bombs.AT_ONCE, ids=lambda bomb: bomb.__name__)
def test_a_bomb_is_refused_with_little_memory(bomb: Bomb, weighed: dict[str, dict[str, Any]]) -> None:
    told = weighed[bomb.__name__]
    assert told["refused"], told
    assert told["growth"] < MEGABYTES, told


@pytest.mark.parametrize("bomb", bombs.LATER, ids=lambda bomb: bomb.__name__)
def test_what_has_to_be_counted_first_is_refused_with_somewhat_more(
    bomb: Bomb, weighed: dict[str, dict[str, Any]]
) -> None:
    told = weighed[bomb.__name__]
    assert told["refused"], told
    assert told["growth"] < 3 * MEGABYTES, told


@pytest.mark.parametrize("bomb", bombs.READ, ids=lambda bomb: bomb.__name__)
def test_what_does_no_harm_is_read_with_little_memory(bomb: Bomb, weighed: dict[str, dict[str, Any]]) -> None:
    told = weighed[bomb.__name__]
    assert told["refused"] is None, told
    assert told["growth"] < MEGABYTES, told


def test_a_packed_body_is_refused_without_being_unpacked(client: TestClient, world: World) -> None:
    headers = world.by("provider", **{"Content-Type": "text/csv", "Content-Encoding": "gzip"})
    told = client.post("/v1/capacity-offers/imports", content=bombs.packed_by_gzip(), headers=headers)
    assert told.status_code in {415, 422}, told.text
