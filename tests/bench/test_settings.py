"""Benchmarks measure with changed settings where ``--set`` says so, and refuse what is no setting."""

from __future__ import annotations

import pytest

from tests.bench.__main__ import changed_settings, main


def test_settings_are_told_from_the_parts_to_measure() -> None:
    words = ["terms:small", "--set", "rounds.effort=0.3", "gap", "--set", "cuts.primes=2,3"]
    assert changed_settings(words) == (["terms:small", "gap"], ["rounds.effort=0.3", "cuts.primes=2,3"])
    assert changed_settings([]) == ([], [])


def test_what_is_no_setting_ends_the_benchmark_with_a_line() -> None:
    with pytest.raises(SystemExit, match="there is no such setting"):
        changed_settings(["--set", "rounds.haste=1"])


@pytest.mark.parametrize("part", ["load", "repairs", "stops", "generated"])
def test_a_part_that_does_not_follow_changed_settings_refuses_them(part: str) -> None:
    with pytest.raises(SystemExit, match=f"--set: {part}: measured with the usual settings only"):
        main([part, "--set", "rounds.effort=0.3"])
