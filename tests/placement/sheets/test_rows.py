"""Lines of a sheet become values by their heads, and every fault points to its cell."""

from __future__ import annotations

import pytest

from placement import nouns
from placement.sheets.faults import MOST_FAULTS, CellFault, Faults, SheetError
from placement.sheets.names import Names, need
from placement.sheets.reading import Grid
from placement.sheets.rows import Layout, Line, lines_of
from placement_solver.words import Words

TEXT, NUMBER, SWITCH, LIST = (frozenset({word}) for word in ("string", "number", "boolean", "array"))
MAYBE = frozenset({"integer", "null"})
LAYOUT = Layout(
    {"name": TEXT, "size": NUMBER, "limit": MAYBE, "own": SWITCH, "units": LIST},
    weeks=True,
    trainings={"course": TEXT, "credits": NUMBER},
)


def line(**cells: str) -> Line:
    return lines_of(LAYOUT, Grid(tuple(cells), {2: tuple(cells.values())}))[0]


def refused(*heads: str, cells: tuple[str, ...] = ("x",)) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(SheetError) as refusal:
        lines_of(LAYOUT, Grid(heads, {2: cells}))
    return [(fault.row, fault.column, fault.en) for fault in refusal.value.faults if isinstance(fault, CellFault)]


def test_each_cell_is_read_as_what_its_column_holds() -> None:
    values = line(name=" T2 ", size="30", limit="90", own="ja", units="unt_a, unt_b").values
    assert values == {"name": "T2", "size": 30, "limit": 90, "own": True, "units": ["unt_a", "unt_b"]}


def test_an_empty_cell_is_nothing_where_there_may_be_nothing_and_else_says_nothing() -> None:
    assert line(name="", size="", limit="", own="", units="").values == {"limit": None, "units": []}


def test_weeks_with_places_become_a_list() -> None:
    cells = {"2027-W03": "2", "2027-W04": "", "2027-W05": "0"}
    found = line(**cells)
    assert found.values == {"weeks": [{"week": "2027-W03", "places": 2}, {"week": "2027-W05", "places": 0}]}
    assert found.column(("weeks", 1, "places")) == "2027-W05"
    assert line(**dict.fromkeys(cells, "")).values == {"weeks": []}


def test_trainings_become_a_list_whichever_columns_they_stand_in() -> None:
    found = line(training1Course="", training2Course="Handledning", training2Credits="7,5")
    assert found.values == {"trainings": [{"course": "Handledning", "credits": 7.5}]}
    assert found.column(("trainings", 0, "credits")) == "training2Credits"
    assert found.column(("trainings", 0)) == "training2"
    assert line(training1Course="").values == {"trainings": []}


def test_a_head_that_nobody_knows_or_that_is_there_twice_is_refused() -> None:
    assert refused("colour", "name", "name", "training1Colour", "training1credits") == [
        (1, "colour", "there is no such column"),
        (1, "name", "the column is there twice"),
        (1, "training1Colour", "there is no such column"),
        (1, "training1credits", "there is no such column"),
    ]
    with pytest.raises(SheetError):
        lines_of(Layout({"name": TEXT}), Grid(("2027-W03",), {}))


def test_a_value_beside_every_head_is_refused() -> None:
    assert refused("name", cells=("T2", "x")) == [(2, None, "there is a value in a column without a head")]


def test_a_fault_names_row_column_and_value_but_nothing_protected() -> None:
    source = Line(7, {"size": "x" * 200, "secret": 1, "units": ["a", "b"], "name": "850101-1236"})
    faults = Faults([source], {"secret"})
    paths: list[list[str | int]] = [["size"], ["secret"], ["units", 1], ["units", 9], ["name"], [], ["a/b~c"]]
    for path in paths:
        faults.note(0, Words("fel", "wrong"), path)
    with pytest.raises(SheetError) as refusal:
        faults.settle()
    told = [fault for fault in refusal.value.faults if isinstance(fault, CellFault)]
    assert [(fault.pointer, fault.column, fault.value) for fault in told] == [
        ("/rows/0/size", "size", "x" * 100),
        ("/rows/0/secret", "secret", None),
        ("/rows/0/units/1", "units", "b"),
        ("/rows/0/units/9", "units", None),
        ("/rows/0/name", "name", None),
        ("/rows/0", None, None),
        ("/rows/0/a~1b~0c", "a/b~c", None),
    ]
    assert {fault.row for fault in told} == {7}
    assert (refusal.value.en, refusal.value.sv) == (
        "Nothing has been stored: the sheet has 7 faults.",
        "Inget har sparats: kalkylbladet har 7 fel.",
    )


def test_a_thousand_faults_are_told_and_no_more_are_looked_for() -> None:
    faults = Faults([Line(number, {}) for number in range(2 * MOST_FAULTS)])
    rows = {number: {"name": ""} for number in range(2 * MOST_FAULTS)}
    for index, _values in faults.each(rows):
        with faults.of(index):
            need({}, "name", "size")
    with pytest.raises(SheetError, match="> 1000") as refusal:
        faults.settle()
    assert len(refusal.value.faults) == MOST_FAULTS


def test_a_name_that_several_go_by_names_nobody_and_an_id_is_always_its_own() -> None:
    names = Names(nouns.UNIT, [("u1", "A"), ("u2", "A"), ("u3", "B b"), ("u4", None), ("u5", "u4"), ("u6", "x" * 201)])
    assert [names.id_of(name) for name in ("A", "B b", "u4", "u1", "nobody")] == [None, "u3", "u4", "u1", None]
    assert [names.name_of(unit) for unit in ("u1", "u3", "u5", "u6")] == ["u1", "B b", "u5", "u6"]
    assert names.words_of(["u3", "u4"]) == ["u3", "u4"]
