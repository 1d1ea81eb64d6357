"""Settings of the search: what makes no sense is refused by name, and what is set is what is used."""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from placement_solver.search import settings as module
from placement_solver.search.settings import (
    USUAL,
    CutSettings,
    RoundSettings,
    SearchSettings,
    with_changes,
)
from placement_solver.solve import solve
from tests.solver.small import problem

SETTINGS_FILE = Path(module.__file__)
PHASES = [getattr(USUAL, phase.name) for phase in fields(SearchSettings)]
EVERY_FIELD = [(type(phase), each.name, each.metadata) for phase in PHASES for each in fields(phase)]

each_field = pytest.mark.parametrize(
    ("phase", "name", "bounds"), EVERY_FIELD, ids=[f"{phase.__name__}.{name}" for phase, name, _ in EVERY_FIELD]
)


@each_field
def test_a_value_below_its_range_is_refused_by_phase_and_field(phase: Any, name: str, bounds: Any) -> None:  # noqa: ANN401
    below = bounds["least"] - 1
    usual = getattr(phase(), name)
    with pytest.raises(ValueError, match=f"{phase.__name__}.{name} has to be"):
        phase(**{name: (below,) if isinstance(usual, tuple) else below})


@each_field
def test_a_value_above_its_range_is_refused_by_phase_and_field(phase: Any, name: str, bounds: Any) -> None:  # noqa: ANN401
    usual = getattr(phase(), name)
    above = math.nan if bounds["most"] == math.inf else bounds["most"] + 1
    with pytest.raises(ValueError, match=f"{phase.__name__}.{name} has to be"):
        phase(**{name: (above,) if isinstance(usual, tuple) else above})


@each_field
def test_what_is_no_number_is_refused(phase: Any, name: str, bounds: Any) -> None:  # noqa: ANN401
    assert bounds["least"] <= bounds["most"]
    for wrong in ("1", None, float("nan"), True, ()):
        with pytest.raises(ValueError, match=f"{phase.__name__}.{name} has to be"):
            phase(**{name: wrong})


@each_field
def test_every_setting_says_what_it_does(phase: Any, name: str, bounds: Any) -> None:  # noqa: ANN401
    source = (SETTINGS_FILE).read_text(encoding="utf-8")
    after = source[source.index(f"class {phase.__name__}(") :]
    declared = after[after.index(f"    {name}: ") :].split("\n", 1)[1]
    assert declared.startswith('    """'), f"{name} in [{bounds['least']}, {bounds['most']}] has no words"


def test_a_whole_number_is_not_taken_for_half_of_one() -> None:
    with pytest.raises(ValueError, match=r"a whole number from 1 to 1000000000, not 1\.5"):
        RoundSettings(first=1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"least": 100}, {"first": 500}, {"wide_first": 2_000}])
def test_sizes_out_of_order_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="the sizes have to be in order"):
        RoundSettings(**wrong)


@pytest.mark.parametrize("wrong", [(4,), (2, 9), (3, 15)])
def test_a_number_that_is_no_prime_is_refused_as_one(wrong: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"CutSettings\.primes has to be prime numbers"):
        CutSettings(primes=wrong)


def test_a_term_is_solved_with_the_settings_that_are_given() -> None:
    usual = solve(problem(), time_limit=60, workers=1)
    settings = SearchSettings(rounds=RoundSettings(first=20, patience=1))
    tuned = solve(problem(), time_limit=60, workers=1, settings=settings)
    assert (tuned.objective, tuned.status) == (usual.objective, "optimal")


def test_settings_are_changed_by_phase_and_field() -> None:
    changed = with_changes(USUAL, ["rounds.effort=0.3", "cuts.primes=2,3", "phases.whole=0"])
    assert (changed.rounds.effort, changed.cuts.primes, changed.phases.whole) == (0.3, (2, 3), 0)
    assert changed.climb is USUAL.climb
    assert with_changes(USUAL, []) is USUAL


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("rounds.efort=0.3", "there is no such setting"),
        ("effort=0.3", "there is no such setting"),
        ("__class__.rounds=1", "there is no such setting"),
        ("rounds.first=many", "the value has to be written as 60 is"),
        ("rounds.first=1.5", "the value has to be written as 60 is"),
        ("rounds.first=0", "RoundSettings.first has to be a whole number from 1"),
    ],
)
def test_a_change_that_makes_no_sense_says_why(change: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        with_changes(USUAL, [change])
