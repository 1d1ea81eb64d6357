"""How much the tests that draw their cases try: an everyday form and a long form, which `make hard` runs.

Each run draws from a seed of its own, so that every run tries what none has tried before. The run prints the seed, and
the environment variable `PLACEMENT_TEST_SEED` repeats it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, seed, settings

Test = TypeVar("Test", bound=Callable[..., Any])
Case = TypeVar("Case")
HARD = os.environ.setdefault("PLACEMENT_TEST_HARD", "") == "1"
"""Whether this run tries the long forms."""
EVERY_CASE = os.environ.get("PLACEMENT_TEST_EVERY_CASE") == "1"
"""Whether this run tries every case, each on both databases."""
SEED = int(os.environ.setdefault("PLACEMENT_TEST_SEED", str(secrets.randbelow(1_000_000))))
"""The run's seed; processes that the run starts inherit it."""

_APART = 1_000_000
"""The numbers that a run draws lie this far from the next seed's."""


def tries(everyday: int, long: int, every_case: int | None = None) -> int:
    """Return how many cases this run tries; a run of every case may try more than one of every day."""
    if HARD:
        return long
    return every_case if EVERY_CASE and every_case is not None else everyday


def fresh(everyday: int, long: int) -> range:
    """Return the numbers of this run's cases, which no run with another seed has."""
    return range(SEED * _APART, SEED * _APART + tries(everyday, long))


def drawn_from(cases: Sequence[Case], everyday: int, name: str) -> Sequence[Case]:
    """Return so many of a test's cases, drawn by the run's seed and the test's name; all in the two longer forms."""
    if HARD or EVERY_CASE or len(cases) <= everyday:
        return cases
    drawn = set(Random(f"{SEED} {name}").sample(range(len(cases)), everyday))
    return [case for number, case in enumerate(cases) if number in drawn]


def drawn_by_hypothesis(everyday: int, long: int, every_case: int | None = None) -> Callable[[Test], Test]:
    """Let Hypothesis draw this many examples from the run's seed, without a limit on how long one takes."""
    wanted = settings(
        max_examples=tries(everyday, long, every_case),
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    return lambda test: seed(SEED)(wanted(test))


def has_long_form(everyday: str, long: str) -> pytest.MarkDecorator:
    """Mark a test that `make hard` runs in a long form, and say how much each form tries."""
    return pytest.mark.has_long_form(everyday=everyday, long=long)


def draws(everyday: int, of: str) -> pytest.MarkDecorator:
    """Mark a test of which an everyday run tries only so many cases, drawn anew each time; `make hard` tries them all.

    ``of`` is what a case is, in the plural. For tests whose cases are many, dear and alike.
    """
    return pytest.mark.has_long_form(everyday=f"{everyday} {of}", long=f"all {of}", cases=everyday)


only_in_long_form = pytest.mark.only_in_long_form
"""Marks a test that takes too long for every day: only `make hard` runs it."""

walks_every_operation = pytest.mark.no_cover
"""Marks a test that does every operation as every role: other tests reach the same lines one by one, and are traced."""
