"""What a round's answers are counted to: bands with enough answers, and nothing from which a small one follows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from placement.surveys.counting import bands_of
from placement.surveys.hiding import Cell, Shown, places_by_node, shown_nodes
from placement.surveys.nodes import COUNTY, Node
from placement.surveys.spreading import spread_nodes
from placement.tables import FigureLevel, QuestionKind, SurveyQuestion
from tests.effort import drawn_by_hypothesis, has_long_form, tries
from tests.placement.surveys.attacking import MOST, has
from tests.placement.surveys.test_hiding import cell
from tests.work import counted

SCALE = range(1, 6)
SKEWS = ((1, 1, 1, 1, 1), (1, 1, 2, 6, 10), (0, 0, 1, 5, 10), (5, 1, 0, 1, 5))
"""How likely each step is: even, content, very content, and of two minds."""


def question(kind: QuestionKind = QuestionKind.SCALE, steps: int | None = 5, codes: str = "") -> SurveyQuestion:
    choices = [{"code": code, "sv": code, "en": code} for code in codes] or None
    return SurveyQuestion(
        version_id="svv", key="k", number=1, kind=kind, text_sv="?", text_en="?", steps=steps, choices=choices
    )


@pytest.mark.parametrize(
    ("steps", "counts", "bands"),
    [
        (5, {1: 5, 3: 5, 5: 5}, ["1-2", "3", "4-5"]),
        (6, {2: 9, 3: 9, 6: 9}, ["1-2", "3-4", "5-6"]),
        (5, {1: 1, 3: 6, 5: 20}, ["1-3", "4-5"]),
        (5, {1: 9, 3: 2, 5: 7}, ["1-2", "3-5"]),
        (5, {1: 7, 3: 2, 5: 9}, ["1-3", "4-5"]),
        (5, {5: 40}, []),
        (5, {}, []),
    ],
)
def test_a_band_of_a_scale_with_too_few_joins_the_smaller_one_beside_it(
    steps: int, counts: dict[int | str, int], bands: list[str]
) -> None:
    assert list(bands_of(question(steps=steps), counts)) == bands


def test_choices_with_too_few_are_counted_together() -> None:
    asked = question(QuestionKind.CHOICE, None, "abcd")
    assert list(bands_of(asked, {"a": 9, "b": 1, "c": 8, "d": 30})) == ["a", "b+c", "d"]
    assert bands_of(asked, {"a": 9, "b": 1, "c": 8, "d": 30})["b+c"] == {"b", "c"}
    assert list(bands_of(question(QuestionKind.YES_NO, None), {"yes": 6, "no": 5})) == ["yes", "no"]
    assert bands_of(question(QuestionKind.YES_NO, None), {"yes": 60, "no": 4}) == {}
    assert bands_of(question(QuestionKind.TEXT, None), {"x": 50}) == {}


@st.composite
def answered(draw: st.DrawFn) -> tuple[list[Cell], list[list[int]]]:
    """Draw a small county and what was answered in each of its cells."""
    units = [f"{provider}{unit}" for provider in "ABC"[: draw(st.integers(1, 3))] for unit in range(2)]
    programmes = [f"{letter}{number}" for letter in "XY"[: draw(st.integers(1, 2))] for number in range(2)]
    every = [(unit, programme) for unit in units for programme in programmes]
    meeting = draw(st.lists(st.sampled_from(every), min_size=1, max_size=8, unique=True))
    skew = draw(st.sampled_from(SKEWS))
    step = st.sampled_from([step for step, times in zip(SCALE, skew, strict=True) for _ in range(times)])
    return [cell(*names) for names in meeting], [draw(st.lists(step, max_size=20)) for _ in meeting]


@has_long_form("15 drawn counties", "200 drawn counties")
@pytest.mark.no_cover
@drawn_by_hypothesis(15, 200)
@given(answered())
def test_nobody_who_has_all_means_and_spreads_can_tell_how_many_of_a_few_answered_in_a_band(
    county: tuple[list[Cell], list[list[int]]],
) -> None:
    refuse_pinned(*county)


def refuse_pinned(cells: list[Cell], values: list[list[int]]) -> None:
    """Let the attacker loose, and fail if it can tell how many of a few answered in a band."""
    attack = Attack(cells, values)
    for node, places in places_by_node(cells).items():
        for band in attack.bands:
            true = attack.true(places, band)
            if 0 < true < 5:
                assert node not in attack.spread
                assert attack.extreme(places, band, most=False) < attack.extreme(places, band, most=True)


@pytest.mark.no_cover
def test_nobody_can_tell_it_in_the_same_hundred_counties_either_time_after_time() -> None:
    for number in range(100):
        chance = random.Random(number)
        every = [(unit, programme) for unit in ("A1", "A2", "B1", "C1") for programme in ("X1", "X2", "Y1")]
        meeting = chance.sample(every, chance.randint(1, 8))
        skew = SKEWS[number % len(SKEWS)]
        values = [chance.choices(SCALE, skew, k=chance.randint(0, 20)) for _ in meeting]
        refuse_pinned([cell(*names) for names in meeting], values)


class Attack:
    """Looks for answers, cell by cell and step by step, of which all the figures shown are true."""

    def __init__(self, cells: Sequence[Cell], values: Sequence[Sequence[int]]) -> None:
        self.cells, self.values = cells, values
        self.shown: Shown = shown_nodes(cells, [len(each) for each in values])
        self.bands = bands_of(question(), Counter(value for each in values for value in each))
        self.spread = spread_nodes(cells, values, self.bands, 5, self.shown)

    def true(self, places: Sequence[int], band: str) -> int:
        return sum(value in self.bands[band] for place in places for value in self.values[place])

    def extreme(self, places: Sequence[int], band: str, *, most: bool) -> int:
        """Return the fewest or the most of some cells who can have answered in a band."""
        model = cp_model.CpModel()
        there = {(place, step): model.new_int_var(0, MOST, "") for place in range(len(self.cells)) for step in SCALE}
        for node in self.shown:
            within = [place for place, each in enumerate(self.cells) if has(each, node)]
            given = [value for place in within for value in self.values[place]]
            model.add(sum(there[place, step] for place in within for step in SCALE) == len(given))
            model.add(sum(step * there[place, step] for place in within for step in SCALE) == sum(given))
            for name, steps in self.bands.items() if node in self.spread else ():
                model.add(sum(there[place, int(step)] for place in within for step in steps) == self.true(within, name))
        asked = sum(there[place, int(step)] for place in places for step in self.bands[band])
        if most:
            model.maximize(asked)
        else:
            model.minimize(asked)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model) == cp_model.OPTIMAL
        return round(solver.objective_value)


def test_the_county_has_every_cell() -> None:
    cells = [cell("A1", "X1"), cell("B1", "Y1")]
    assert places_by_node(cells)[COUNTY] == [0, 1]


def spread_of(table: dict[tuple[str, str], str]) -> set[str]:
    """Return the ids whose spread is shown, of answers by unit and programme."""
    cells, values = [cell(*names) for names in table], [list(map(int, text)) for text in table.values()]
    among = shown_nodes(cells, [len(each) for each in values])
    bands = bands_of(question(), Counter(value for each in values for value in each))
    return {node.id for node in spread_nodes(cells, values, bands, 5, among)}


FEW, MANY = "1" * 6 + "3" * 2 + "5" * 7, "1" * 9 + "3" * 9 + "5" * 9


def test_a_spread_is_shown_where_every_band_has_enough_in_all_that_can_be_subtracted() -> None:
    shown = spread_of({("A1", "X1"): FEW, ("A2", "X1"): MANY, ("B1", "X1"): MANY})
    assert shown == {"county", "A", "B", "B1", "X", "X1"}


def test_a_spread_stays_where_others_can_have_answered_otherwise_in_turn() -> None:
    shown = spread_of({("A1", "X1"): FEW, ("A2", "X2"): MANY, ("B1", "X1"): MANY, ("B1", "X2"): MANY})
    assert shown >= {"county", "A", "B", "X1", "X2"}


@pytest.mark.parametrize(
    ("table", "left"),
    [
        ({("A2", "X1"): "33355", ("A2", "X2"): "33555"}, set()),
        ({("A0", "X0"): "33333", ("A0", "X1"): "345555"}, set()),
        ({("A1", "X1"): "11113", ("B2", "X1"): "13333"}, set()),
        (
            {("B2", "X2"): "3333335", ("A2", "X2"): "35555", ("B1", "X1"): "13355", ("A2", "X1"): "33555"},
            {"county"},
        ),
    ],
    ids=["of a unit", "of programmes of one unit", "of the county", "of a programme"],
)
def test_a_spread_is_hidden_where_the_means_beside_it_leave_no_choice(
    table: dict[tuple[str, str], str], left: set[str]
) -> None:
    assert spread_of(table) == left


def test_a_programme_s_spread_stays_where_it_is_over_many_though_no_exchange_is_found() -> None:
    shown = spread_of({("A1", "X1"): "345555", ("B1", "X1"): "33333" + "5" * 60})
    assert "county" in shown


def test_a_single_band_is_no_spread() -> None:
    assert spread_of({("A1", "X1"): "5" * 20}) == set()


def test_a_choice_has_a_spread_without_a_mean() -> None:
    cells, values = [cell("A1", "X1"), cell("A2", "X1")], [["yes"] * 9 + ["no"] * 3, ["yes"] * 9 + ["no"] * 9]
    bands = bands_of(question(QuestionKind.YES_NO, None), Counter(value for each in values for value in each))
    among = shown_nodes(cells, [12, 18])
    assert {node.id for node in spread_nodes(cells, values, bands, None, among)} == {"county", "A", "X", "X1"}


def test_a_list_of_twenty_choices_is_judged_in_a_moment() -> None:
    codes = "abcdefghijklmnopqrst"
    cells, values = [cell("A1", "X1"), cell("A2", "X1")], [list(codes * 9), list(codes * 9)]
    bands = bands_of(question(QuestionKind.CHOICE, None, codes), Counter(value for each in values for value in each))
    assert len(bands) == len(codes)
    among = shown_nodes(cells, [len(each) for each in values])
    with counted() as work:
        found = {node.id for node in spread_nodes(cells, values, bands, None, among)}
    assert found == {"county", "A", "A1", "A2", "X", "X1"}
    assert work.calls < 100_000


@pytest.mark.no_cover
@has_long_form("3 questions", "17 questions")
def test_questions_to_a_county_where_every_programme_is_everywhere_are_counted_in_seconds() -> None:
    chance = random.Random(13)
    pairs = Counter((chance.randrange(800), chance.randrange(29)) for _ in range(5_000))
    cells, values = [], []
    for (unit, programme), invited in pairs.items():
        cells.append(
            Cell(
                (Node(FigureLevel.PROVIDER, str(unit % 27)), Node(FigureLevel.UNIT, str(unit))),
                (Node(FigureLevel.INSTITUTION, str(programme % 8)), Node(FigureLevel.PROGRAMME, str(programme))),
            )
        )
        values.append([chance.choice((2, 3, 4, 4, 5, 5)) for _ in range(invited) if chance.random() < 0.6])
    among = shown_nodes(cells, [len(each) for each in values])
    with counted() as work:
        for _question in range(tries(3, 17)):
            bands = bands_of(question(), Counter(value for each in values for value in each))
            shown = shown_nodes(cells, [len(each) for each in values], among)
            assert spread_nodes(cells, values, bands, 5, shown)
    assert work.calls < tries(3, 17) * 2_400_000
