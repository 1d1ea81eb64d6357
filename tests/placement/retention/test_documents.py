"""Both documents have the kinds of record with their days as the service has them."""

from __future__ import annotations

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


def test_what_is_left_out_is_nobody_or_many() -> None:
    assert too_small({}) == too_small({"a": 5, "b": 0}) == set()
    assert too_small({"a": 1, "b": 9, "c": 7}) == {"a", "c"}
    assert too_small({"a": 3, "b": 4, "c": 7}) == {"a", "b"}
    assert too_small({"a": 3}) == {"a"}
    for numbers in ({"a": 1, "b": 2, "c": 30}, {"a": 4, "b": 5, "c": 6}, {"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}):
        left_out = sum(numbers[name] for name in too_small(numbers))
        assert left_out == 0 or left_out >= LEAST


def test_homes_of_few_are_left_out_of_a_report() -> None:
    homes = [{"name": name, "requests": number} for name, number in (("a", 1), ("b", 9), ("c", 7))]
    assert large_homes({"homes": homes, "x": 1}) == {"homes": [homes[1]], "x": 1}
    assert large_homes({}) == {"homes": []}
