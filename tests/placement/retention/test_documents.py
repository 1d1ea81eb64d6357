"""Both documents have the kinds of record with their days as the service has them."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from pathlib import Path

import pytest

from placement.cli import open_rooms
from placement.retention.kinds import KINDS
from placement.small_numbers import LEAST, large_homes, too_small

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    ("page", "language"), [("protected-identity.md", "en"), ("sv/skyddade-personuppgifter.md", "sv")]
)
def test_the_documents_have_every_kind_with_its_days(page: str, language: str) -> None:
    told = (DOCS / page).read_text(encoding="utf-8")
    rows = [f"| {getattr(kind.words, language)} | {kind.days} | {getattr(kind.after, language)} |" for kind in KINDS]
    assert [row for row in rows if row not in told] == []
    for command in ("extract", "retention", "token"):
        assert f"placement {command}" in told
        assert open_rooms([command]).registered_commands or open_rooms([command]).registered_groups


def test_what_is_small_is_left_out_with_the_next() -> None:
    assert too_small({}) == too_small({"a": 5, "b": 0}) == set()
    assert too_small({"a": 1, "b": 9, "c": 7}) == {"a", "c"}
    assert too_small({"a": 3, "b": 7, "c": 7}) == {"a", "b", "c"}
    assert too_small({"a": 3}) == {"a"}


@pytest.mark.parametrize(("parts", "most"), [(2, 12), (3, 12), (4, 9)])
def test_nobody_who_subtracts_learns_of_fewer_than_five(parts: int, most: int) -> None:
    # all that publish alike are what an attacker who knows the rule has to choose from
    alike: dict[tuple[int, tuple[int | None, ...]], list[tuple[int, ...]]] = defaultdict(list)
    for numbers in product(range(most + 1), repeat=parts):
        left_out = too_small({str(place): number for place, number in enumerate(numbers)})
        shown = tuple(None if str(place) in left_out or not n else n for place, n in enumerate(numbers))
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


def test_homes_of_few_are_left_out_of_a_report() -> None:
    homes = [{"name": name, "requests": number} for name, number in (("a", 1), ("b", 9), ("c", 7))]
    assert large_homes({"homes": homes, "x": 1}) == {"homes": [homes[1]], "x": 1}
    assert large_homes({}) == {"homes": []}
