"""Every rule and wish is in the registry, named in both languages, sourced and tested."""

from __future__ import annotations

from pathlib import Path

import pytest

import placement_solver
from placement_solver.rules import ADMISSIONS, ITINERARIES, LIMITS, RULES, Rule
from placement_solver.wishes import COSTS, GATHERINGS, SHORTFALLS, WISHES, Wish

PACKAGE, TESTS = Path(placement_solver.__file__).parent, Path(__file__).parent
ENTRIES: tuple[Rule | Wish, ...] = (*RULES, *WISHES)
NO_ROOMS = {"__init__.py", "base.py"}


def file_of(entry: Rule | Wish) -> str:
    return entry.key.replace("-", "_") + ".py"


def test_the_rules_are_those_of_the_format_in_its_order() -> None:
    assert [rule.key for rule in RULES] == [
        "one-placement",
        "course-window",
        "unit-kind",
        "site",
        "university-healthcare",
        "blocked-unit",
        "travel-limit",
        "capacity",
        "unit-ceiling",
        "agreement",
        "agreement-ceiling",
        "supervision",
        "supervisor-load",
        "no-overlap",
        "order",
        "distinct-units",
        "pin",
    ]


def test_the_wishes_are_the_terms_of_the_objective_in_their_order() -> None:
    assert [wish.key for wish in WISHES] == [
        "unplaced",
        "travel",
        "long_travel",
        "preference",
        "agreement_floor",
        "change",
        "interprofessional",
        "pairs",
        "carried_burden",
    ]


def test_every_file_of_rules_is_in_the_registry_and_has_its_tests() -> None:
    rooms = {file.name for file in (PACKAGE / "rules").glob("*.py")} - NO_ROOMS
    assert rooms == {file_of(rule) for rule in RULES}
    assert {file.name for file in (TESTS / "test_rules").glob("*.py")} == {f"test_{room}" for room in rooms}


def test_every_file_of_wishes_is_in_the_registry_and_has_its_tests() -> None:
    rooms = {file.name for file in (PACKAGE / "wishes").glob("*.py")} - NO_ROOMS
    assert rooms == {file_of(wish) for wish in WISHES}
    assert {file.name for file in (TESTS / "test_wishes").glob("*.py")} == {f"test_{room}" for room in rooms}


def test_every_rule_stands_in_the_room_with_its_key() -> None:
    for entry in ENTRIES:
        assert type(entry).__module__.rpartition(".")[2] + ".py" == file_of(entry)


def test_the_search_hears_every_rule_and_every_wish() -> None:
    assert {*ADMISSIONS, *LIMITS, *ITINERARIES} == set(RULES)
    assert {*COSTS, *SHORTFALLS, *GATHERINGS} == set(WISHES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_a_rule_or_wish_says_who_it_is_what_it_means_and_where_it_comes_from(entry: Rule | Wish) -> None:
    for words in (entry.name, entry.meaning):
        assert words.sv.strip()
        assert words.en.strip()
        assert words.sv != words.en
    assert entry.meaning.sv.endswith(".")
    assert entry.meaning.en.endswith(".")
    assert len(entry.source.title) > 5
    assert len(entry.source.publisher) > 1
    assert 2000 < entry.source.year < 2100


def test_names_are_not_shared() -> None:
    for language in ("sv", "en"):
        names = [getattr(entry.name, language) for entry in ENTRIES]
        assert len(set(names)) == len(names)
