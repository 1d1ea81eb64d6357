"""Nobody who has every figure shown can tell that some group has fewer than five answers, whatever is subtracted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.surveys.hiding import LEAST, Cell, shown_nodes
from placement.surveys.nodes import COUNTY, Node
from placement.tables import FigureLevel
from tests.effort import drawn_by_hypothesis, has_long_form
from tests.placement.surveys.attacking import bounds_of, has, sums_of

Counts = Sequence[tuple[Cell, int]]


def care(provider: str, unit: str) -> tuple[Node, Node]:
    return Node(FigureLevel.PROVIDER, provider), Node(FigureLevel.UNIT, unit)


def education(institution: str, programme: str) -> tuple[Node, Node]:
    return Node(FigureLevel.INSTITUTION, institution), Node(FigureLevel.PROGRAMME, programme)


def cell(unit: str, programme: str) -> Cell:
    """A unit's students of a programme: ``A1`` is unit 1 of provider A, ``X1`` programme 1 of lärosäte X."""
    return Cell(care(unit[0], unit), education(programme[0], programme))


def shown_of(table: dict[tuple[str, str], int]) -> set[str]:
    """Return the ids of what is shown of a table of numbers by unit and programme."""
    cells = [cell(*names) for names in table]
    return {node.id for node in shown_nodes(cells, list(table.values()))}


@st.composite
def counties(draw: st.DrawFn) -> Counts:
    """Draw a small county: units of a few providers, programmes of a few lärosäten, and answers where they meet."""
    units = [f"{provider}{unit}" for provider in "ABC"[: draw(st.integers(1, 3))] for unit in range(3)]
    programmes = [f"{letter}{number}" for letter in "XY"[: draw(st.integers(1, 2))] for number in range(2)]
    every = [(unit, programme) for unit in units for programme in programmes]
    meeting = draw(st.lists(st.sampled_from(every), min_size=1, max_size=12, unique=True))
    return [(cell(*names), draw(st.integers(0, 14))) for names in meeting]


@has_long_form("40 drawn counties", "2,000 drawn counties")
@pytest.mark.no_cover
@drawn_by_hypothesis(40, 2_000)
@given(counties())
def test_of_no_cell_and_so_of_no_group_can_anybody_tell_that_it_has_too_few(county: Counts) -> None:
    cells, counts = [each for each, _ in county], [number for _, number in county]
    shown = shown_nodes(cells, counts)
    sums = sums_of(cells, counts, shown)
    assert all(number >= LEAST for number in sums.values())
    if not shown:
        assert sum(counts) < LEAST
        return
    for each in cells:
        fewest, most = bounds_of(cells, sums, [each])
        assert fewest <= counts[cells.index(each)] <= most
        assert most >= LEAST, (each, shown)


@has_long_form("40 drawn counties", "2,000 drawn counties")
@pytest.mark.no_cover
@drawn_by_hypothesis(40, 2_000)
@given(counties(), st.data())
def test_no_difference_of_two_groups_gives_too_few(county: Counts, data: st.DataObject) -> None:
    cells, counts = [each for each, _ in county], [number for _, number in county]
    shown = sorted(shown_nodes(cells, counts))
    if not shown:
        return
    signs = data.draw(st.lists(st.integers(-2, 2), min_size=len(shown), max_size=len(shown)))
    weights = [sum(sign for sign, node in zip(signs, shown, strict=True) if has(each, node)) for each in cells]
    if set(weights) <= {0, 1} and any(weights):
        assert sum(number for number, weight in zip(counts, weights, strict=True) if weight) >= LEAST


@has_long_form("100 drawn counties", "2,000 drawn counties")
@pytest.mark.no_cover
@drawn_by_hypothesis(100, 2_000)
@given(counties())
def test_the_order_in_which_cells_come_changes_nothing(county: Counts) -> None:
    def shown(rows: Counts) -> frozenset[Node]:
        return shown_nodes([each for each, _ in rows], [number for _, number in rows])

    assert shown(county) == shown(list(reversed(county)))


def test_a_county_with_too_few_answers_shows_nothing() -> None:
    assert shown_of({("A1", "X1"): 4}) == set()
    assert shown_nodes([], []) == frozenset()


def test_units_with_enough_are_shown_and_those_with_too_few_are_hidden_together() -> None:
    table = {("A1", "X1"): 20, ("A2", "X1"): 3, ("A3", "X1"): 2, ("B1", "X1"): 30}
    assert shown_of(table) == {"county", "A", "B", "A1", "B1", "X", "X1"}


def test_a_single_unit_with_too_few_takes_the_smallest_other_with_it() -> None:
    table = {("A1", "X1"): 20, ("A2", "X1"): 3, ("A3", "X1"): 9, ("B1", "X1"): 30}
    assert shown_of(table) == {"county", "A", "B", "A1", "B1", "X", "X1"}


def test_a_unit_without_any_answer_is_hidden_like_one_with_a_few() -> None:
    assert shown_of({("A1", "X1"): 20, ("A2", "X1"): 0, ("B1", "X1"): 30}) == {"county", "A", "B", "B1", "X", "X1"}


def test_a_provider_that_would_give_another_away_is_hidden_with_its_units() -> None:
    table = {("A1", "X1"): 3, ("B1", "X1"): 9, ("C1", "X1"): 30}
    assert shown_of(table) == {"county", "C", "C1", "X", "X1"}


def test_a_programme_whose_students_are_all_at_one_unit_is_not_subtracted_from_it() -> None:
    table = {("A1", "X1"): 10, ("A1", "X2"): 3, ("A2", "X2"): 40, ("B1", "X2"): 40}
    assert not {"A1", "X1"} <= shown_of(table)


def test_a_programme_and_a_unit_that_mix_with_others_are_both_shown() -> None:
    table = {(unit, programme): 3 for unit in ("A1", "A2", "B1", "B2") for programme in ("X1", "X2", "Y1")}
    assert {"A1", "A2", "B1", "B2", "X1", "X2", "Y1"} <= shown_of(table)


def test_a_round_of_one_group_shows_the_county_alone() -> None:
    assert shown_nodes([Cell((), ())], [7]) == {COUNTY}


def test_what_has_no_part_below_is_kept_from_being_told_by_the_rest() -> None:
    cells = [Cell((), ()), Cell(care("A", "A1"), ()), Cell(care("B", "B1"), ())]
    assert shown_nodes(cells, [2, 9, 20]) == {COUNTY, *care("B", "B1")}


def test_only_what_comes_into_question_is_shown() -> None:
    cells = [cell("A1", "X1"), cell("B1", "X1")]
    among = shown_nodes(cells, [10, 10]) - {Node(FigureLevel.PROVIDER, "A")}
    assert shown_nodes(cells, [10, 10], among) == {COUNTY, *education("X", "X1"), *care("B", "B1")}


def test_more_answers_can_be_asked_for() -> None:
    cells = [cell("A1", "X1"), cell("A2", "X1")]
    assert {node.id for node in shown_nodes(cells, [10, 40], least=11)} == {"county", "A", "X", "X1"}


def test_answers_of_a_whole_county_are_judged_in_seconds_and_most_units_with_enough_are_shown() -> None:
    table = Counter[tuple[str, str]]()
    for number in range(3_000):
        unit, programme = number * number % 397, number * 7 % 29
        table[f"{'ABCDEFGH'[unit % 8]}{unit}", f"{'XYZ'[programme % 3]}{programme}"] += 1
    shown = shown_of(dict(table))
    enough = {unit for unit, number in Counter(unit for unit, _ in table.elements()).items() if number >= LEAST}
    assert len(shown & enough) > 0.9 * len(enough)
