"""A run may take three quarters of what the machine or the container has, unless it is told otherwise."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from placement.memory import LEAST, MIB, share_of_machine
from placement.settings import Settings

WHOLE = psutil.virtual_memory().total // MIB


@pytest.mark.parametrize(
    ("told", "mib"),
    [(None, WHOLE * 3 // 4), ("max", WHOLE * 3 // 4), (str(800 * MIB), 600), (str(10 * MIB), LEAST)],
)
def test_the_container_s_limit_counts_where_it_is_less(tmp_path: Path, told: str | None, mib: int) -> None:
    file = tmp_path / "memory.max"
    if told is not None:
        file.write_text(f"{told}\n")
    assert abs(share_of_machine(file) - mib) <= 1


def test_a_run_has_it_unless_a_setting_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLACEMENT_RUN_MEMORY_MB", raising=False)
    assert Settings().run_memory_mb == share_of_machine()
    monkeypatch.setenv("PLACEMENT_RUN_MEMORY_MB", "300")
    assert Settings().run_memory_mb == 300
