"""What a report tells of homes says nothing of fewer than five, neither to who subtracts nor to who solves for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.small_numbers import LEAST, large_homes, too_small
from placement_solver.figures.fairness import weigh_fairness
from tests.effort import drawn_by_hypothesis
from tests.solver.small import placed, problem, request, student, unit

Figures = dict[str, Any]


def test_what_is_small_is_left_out_with_the_next() -> None:
    assert too_small({}) == too_small({"a": 5, "b": 0}) == set()
    assert too_small({"a": 1, "b": 9, "c": 7}) == {"a", "c"}
    assert too_small({"a": 3, "b": 7, "c": 7}) == {"a", "b", "c"}
    assert too_small({"a": 3}) == {"a"}


def test_what_is_left_out_for_another_reason_counts_as_left_out() -> None:
    assert too_small({"a": 1, "b": 9, "c": 7}, {"b"}) == {"a", "b"}
    assert too_small({"a": 6, "b": 2, "c": 7}, {"b"}) == {"a", "b"}
    assert too_small({"a": 6, "b": 0, "c": 7}, {"b"}) == {"b"}


@pytest.mark.parametrize(("parts", "most"), [(2, 12), (3, 12), (4, 9)])
def test_nobody_who_subtracts_learns_of_fewer_than_five(parts: int, most: int) -> None:
    # all that publish alike are what an attacker who knows the rule has to choose from
    alike: dict[tuple[int, tuple[int | None, ...]], list[tuple[int, ...]]] = defaultdict(list)
    for numbers in product(range(most + 1), repeat=parts):
        left_out = too_small(dict(enumerate(numbers)))
        shown = tuple(None if place in left_out or not n else n for place, n in enumerate(numbers))
        alike[sum(numbers), shown].append(numbers)
    tried = [(whole, those) for (whole, _), those in alike.items() if LEAST <= whole <= most]
    pinned = [
        those
        for _, those in tried
        for place in range(parts)
        if len({numbers[place] for numbers in those}) == 1 and 0 < those[0][place] < LEAST
    ]
    assert len(tried) > parts
    assert pinned == []


@drawn_by_hypothesis(300, 10_000)
@given(st.lists(st.integers(0, 30), max_size=12), st.sets(st.integers(0, 11)))
def test_a_small_number_may_be_any_of_at_least_five(numbers: list[int], besides: set[int]) -> None:
    parts = dict(enumerate(numbers))
    left_out = too_small(parts, besides & parts.keys())
    left = [parts[place] for place in left_out if parts[place]]
    assert all(parts[place] == 0 or parts[place] >= LEAST for place in parts.keys() - left_out)
    if left and max(numbers) >= LEAST:
        # whoever takes what is told from the whole knows the sum of those left out, and that each is one at least
        possible = range(1, sum(left) - (len(left) - 1) + 1)
        assert len(possible) >= LEAST
        assert len(left) > 1 or left[0] >= LEAST


def home(name: int, requests: int, placed_: int, wishing: int, figures: tuple[int, float, float]) -> Figures:
    """Return a home of a report; ``figures`` are its median minutes, and its shares placed and with the first wish."""
    median, share, first = figures
    return {
        "name": f"h{name}",
        "requests": requests,
        "placed": placed_,
        "placed_share": share,
        "journeys": {"median": median, "ninetieth": median, "longest": median, "over_hour": 0.5} if placed_ else None,
        "wishes": {"requests": wishing, "first": first, "any": first} if wishing else None,
    }


FIGURES = st.tuples(st.integers(1, 200), st.floats(0, 1), st.floats(0, 1))
HOMES = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 12), st.integers(0, 12), FIGURES, FIGURES), max_size=8)


@drawn_by_hypothesis(300, 10_000)
@given(HOMES)
def test_nothing_that_is_told_depends_on_a_figure_that_is_left_out(
    drawn: list[tuple[int, int, int, tuple[int, float, float], tuple[int, float, float]]],
) -> None:
    counts = [(requests, min(requests, one), min(requests, other)) for requests, one, other, _, _ in drawn]
    real = [home(name, *counts[name], figures) for name, (*_, figures, _) in enumerate(drawn)]
    told = large_homes({"homes": real, "evenness": []})
    by_name = {each["name"]: each for each in told["homes"]}
    for each in told["homes"]:
        assert each["requests"] >= LEAST
        assert each["journeys"] is None or each["placed"] >= LEAST
        assert each["wishes"] is None or each["wishes"]["requests"] >= LEAST
    other = [home(name, *counts[name], figures) for name, (*_, figures) in enumerate(drawn)]
    for one, changed in zip(real, other, strict=True):  # what is told of stays, and all else is something else
        shown = by_name.get(one["name"])
        changed["placed_share"] = one["placed_share"] if shown else changed["placed_share"]
        for part in ("journeys", "wishes"):
            changed[part] = one[part] if shown and shown[part] else changed[part]
    assert large_homes({"homes": other, "evenness": []}) == told


def test_homes_of_few_are_left_out_of_a_report_and_of_how_even_homes_are() -> None:
    homes = [
        home(name, size, size, 0, (minutes, 1.0, 0.0)) for name, size, minutes in ((0, 1, 90), (1, 9, 20), (2, 7, 30))
    ]
    by_institution = {"figure": "placed", "by": "institution", "jain": 0.5, "worst": "ki"}
    by_home = {"figure": "median_journey", "by": "home", "jain": 0.5, "worst": "h0"}
    told = large_homes({"homes": homes, "evenness": [by_institution, by_home], "x": 1})
    assert (told["homes"], told["x"]) == ([homes[1]], 1)
    assert told["evenness"] == [
        by_institution,
        {"figure": "placed", "by": "home", "jain": 1.0, "worst": "h1"},
        {"figure": "median_journey", "by": "home", "jain": 1.0, "worst": "h1"},
    ]
    assert large_homes({}) == {"homes": [], "evenness": []}


def test_a_report_of_large_homes_alone_is_as_it_was() -> None:
    students = tuple(student(f"{zone}{number}", zone=zone) for zone in ("north", "south") for number in range(LEAST))
    requests = tuple(request(f"r-{each.id}", student=each.id) for each in students)
    county = problem(units=(unit(),), students=students, requests=requests)
    for those in (requests, requests[:LEAST], ()):
        fairness = asdict(weigh_fairness(county, tuple(placed(each.id) for each in those)))
        fairness = {**fairness, **{name: list(fairness[name]) for name in ("homes", "evenness")}}
        assert large_homes(fairness) == fairness
