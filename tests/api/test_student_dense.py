"""docs/student-dense.md and its Swedish twin: their commands are run as written, and say the same."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.api.guides import blocks_of, play

pytestmark = pytest.mark.no_cover

DOCS = Path(__file__).parents[2] / "docs"
GUIDE, SWEDISH = DOCS / "student-dense.md", DOCS / "sv" / "studenttata-miljoer.md"


def test_the_guide_to_student_dense_environments_runs_as_it_is_written(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    file = tmp_path / "placement.sqlite3"
    blocks = blocks_of(GUIDE.read_text())
    play(blocks, tmp_path, PLACEMENT=f"http://127.0.0.1:{port}", PLACEMENT_DATABASE_URL=f"sqlite:///{file}")


def test_the_swedish_page_has_the_same_commands_and_answers() -> None:
    ours, theirs = ([(each.written, each.shown) for each in blocks_of(page.read_text())] for page in (GUIDE, SWEDISH))
    assert ours == theirs
