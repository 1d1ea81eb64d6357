"""The guide in docs/first-plan.md takes an empty folder to a published plan, run exactly as it is written."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.api.guides import blocks_of, play

pytestmark = pytest.mark.no_cover

GUIDE = Path(__file__).parents[2] / "docs" / "first-plan.md"
MOST_STEPS = 10


def test_from_an_empty_folder_to_a_published_plan_it_takes_ten_steps_at_most_each_as_it_is_written(
    tmp_path: Path,
) -> None:
    blocks = blocks_of(GUIDE.read_text())
    assert len({block.party for block in blocks}) == len(blocks) <= MOST_STEPS
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    file = tmp_path / "placement.sqlite3"
    play(blocks, tmp_path, PLACEMENT=f"http://127.0.0.1:{port}", PLACEMENT_DATABASE_URL=f"sqlite:///{file}")
