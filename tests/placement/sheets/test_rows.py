"""Lines of a sheet become values by their headings, and every fault points to its cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from placement import nouns
from placement.errors import InvalidError
from placement.sheets.faults import MOST_FAULTS, CellFault, Faults, SheetError
from placement.sheets.files.grid import Book, Cell, Grid, Number, Unread
from placement.sheets.finding import Table, find_table
from placement.sheets.layout import Column, Group, Kind, Layout, heading_of, layout_of, nearest
from placement.sheets.names import Names, need
from placement.sheets.rows import Line, Terms, lines_of
from placement.sheets.values import NOT_PLACES, read_value
from placement.sheets.week_names import Weeks
from placement.sheets.wrong import WrongError
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

LAYOUT = Layout(
    {
        "name": Column(),
        "size": Column(Kind.WHOLE),
        "maxStudents": Column(Kind.WHOLE, nullable=True),
        "sharePercent": Column(Kind.PERCENT),
        "inCounty": Column(Kind.SWITCH),
        "units": Column(Kind.WORDS),
        "validFrom": Column(Kind.DAY),
        "termId": Column(),
    },
    weeks=True,
    groups={"trainings": Group("training", {"course": Column(), "credits": Column(Kind.NUMBER)})},
)
DUTY = Layout({"name": Column(), "weeks": Column(Kind.WEEKS)})
SPRING = Terms({"VT2027": Weeks("VT2027", IsoWeek(2027, 3), 20)}, "VT2027")


def table(rows: Mapping[int, Mapping[int, Cell]], layout: Layout = LAYOUT) -> Table:
    grid = Grid("Blad1", {row: dict(cells) for row, cells in rows.items()})
    return find_table(Book("xlsx", [grid]), layout)


def line(layout: Layout = LAYOUT, terms: Terms = SPRING, /, **cells: Cell) -> Line:
    rows: dict[int, dict[int, Cell]] = {1: dict(enumerate(cells, 1)), 2: dict(enumerate(cells.values(), 1))}
    rows[2] = {column: cell for column, cell in rows[2].items() if cell != ""}
    rows[1] |= {90: "name"} if "name" not in cells else {}
    rows[2] |= {90: "x"} if "name" not in cells else {}
    return lines_of(layout, table(rows, layout), terms)[0]


def refused(*heads: Cell, cells: tuple[Cell, ...] = ("x",)) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(SheetError) as refusal:
        table({1: dict(enumerate(heads, 1)), 2: dict(enumerate(cells, 1))})
    return [(fault.row, fault.column, fault.en) for fault in refusal.value.cell_faults]


def wrong(found: Line) -> list[tuple[tuple[str | int, ...], str]]:
    return [(path, words.en) for path, words, _shown in found.wrong]


def test_each_cell_is_read_as_what_its_column_holds() -> None:
    cells: dict[str, Cell] = {
        "name": " T2 ",
        "size": "30",
        "maxStudents": "90",
        "inCounty": "ja",
        "units": "Gran, a b; unt_c",
    }
    found = line(**cells, validFrom="31/5 2024", sharePercent="30 %")
    assert found.values == {
        "name": "T2",
        "size": 30,
        "maxStudents": 90,
        "inCounty": True,
        "units": ["Gran", "a b", "unt_c"],
        "validFrom": "2024-05-31",
        "sharePercent": 30,
        "termId": "VT2027",
    }


def test_a_workbooks_own_kinds_are_read_exactly() -> None:
    found = line(
        name=Number(123, "0000123"),
        size=Number(30, "30"),
        maxStudents=Number(2, "2,0 st"),
        inCounty=True,
        units=Number(17, "17"),
        validFrom=dt.date(2024, 5, 31),
        sharePercent=Number(0.3, "30%"),
    )
    assert found.values["name"] == "0000123"
    assert (found.values["size"], found.values["maxStudents"], found.values["sharePercent"]) == (30, 2, 30)
    assert (found.values["inCounty"], found.values["units"]) == (True, ["17"])
    assert found.values["validFrom"] == "2024-05-31"
    assert line(name=False).values["name"] == "false"
    assert line(inCounty=Number(1, "1")).values["inCounty"] is True


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"name": Number(123, None)}, "shows something else than the number"),
        ({"name": dt.date(2027, 1, 3)}, "has made the value a day"),
        ({"name": "1,23457E+19"}, "has shortened the number"),
        ({"name": Unread(Words("fel", "an error"))}, "an error"),
        ({"size": "tio"}, "give a number"),
        ({"size": True}, "give a number"),
        ({"size": dt.date(2027, 1, 3)}, "give a number"),
        ({"size": "1.000"}, "thousands or with decimals"),
        ({"size": "1,000"}, "thousands or with decimals"),
        ({"size": Unread(Words("fel", "an error"))}, "an error"),
        ({"inCounty": "kanske"}, "write yes or no"),
        ({"validFrom": "5/6/27"}, "one cannot tell which day"),
        ({"validFrom": Number(45443, "45443")}, "how Excel counts days"),
        ({"validFrom": dt.datetime(2024, 5, 31, 12, tzinfo=dt.UTC)}, "a time of day"),
        ({"sharePercent": "30 st"}, "give a number"),
    ],
)
def test_what_cannot_be_read_exactly_is_refused_with_what_is_wrong(cells: dict[str, Cell], words: str) -> None:
    ((path, told),) = wrong(line(**cells))
    assert path == tuple(cells)
    assert words in told


@pytest.mark.parametrize(
    ("text", "number"),
    [("60", 60), ("\u22123", -3), ("7,5", 7.5), ("2,0", 2), ("1e3", 1000), ("1 000", 1000), ("12\u00a0345", 12345)],
)
def test_a_number_may_have_a_decimal_comma_and_blanks_between_thousands(text: str, number: float) -> None:
    found = line(size=text)
    assert (wrong(found), found.values["size"]) == ([], number)


def test_an_empty_cell_is_nothing_where_there_may_be_nothing_and_else_says_nothing() -> None:
    found = line(name="x", size="", maxStudents="", inCounty="", units="", validFrom="")
    assert found.values == {"name": "x", "maxStudents": None, "units": [], "termId": "VT2027"}


def test_weeks_with_places_become_a_list_in_which_an_empty_cell_takes_the_places_away() -> None:
    cells: dict[str, Cell] = {"name": "x", "v. 5": "2", "2027-W06": "", "7": Number(0, "0")}
    found = line(**cells)
    assert found.values["weeks"] == [
        {"week": "2027-W05", "places": 2},
        {"week": "2027-W06", "places": None},
        {"week": "2027-W07", "places": 0},
    ]
    assert found.column(("weeks", 2, "places")) == "7"
    assert found.cell(("weeks", 2, "places")) == "D2"


def test_a_week_that_the_rows_term_does_not_have_is_refused_if_it_has_places_and_else_left_out() -> None:
    found = line(**{"name": "x", "v. 5": "2", "v. 30": "", "termId": "VT2027"})
    assert found.values["weeks"] == [{"week": "2027-W05", "places": 2}]
    found = line(**{"name": "x", "v. 30": "1"})
    assert wrong(found) == [(("weeks", 0), "the term VT2027 has no week 30: it goes from 2027-W03 to 2027-W22")]
    assert wrong(line(LAYOUT, Terms(), **{"name": "x", "v. 5": "1"})) == [
        (("weeks", 0), "the week has no year: write the week as 2027-W05")
    ]
    assert [words for _, words in wrong(line(**{"name": "x", "v. 5": "some"}))] == [NOT_PLACES.en]


TWO_TERMS = Terms({"VT2027": SPRING.weeks["VT2027"], "HT2027": Weeks("HT2027", IsoWeek(2027, 35), 20)})


def test_an_empty_cell_under_a_week_of_another_rows_term_says_nothing_and_a_filled_one_is_kept_to_be_refused() -> None:
    cells: dict[str, Cell] = {"name": "x", "2027-W05": "", "2027-W36": "", "termId": "HT2027"}
    assert line(LAYOUT, TWO_TERMS, **cells).values["weeks"] == [{"week": "2027-W36", "places": None}]
    found = line(LAYOUT, TWO_TERMS, **{**cells, "2027-W05": "1"})
    assert found.values["weeks"][0] == {"week": "2027-W05", "places": 1}
    assert found.cell(("weeks", 0, "week")) == "B2"


def test_the_term_is_read_before_the_weeks_that_need_it_wherever_its_column_stands() -> None:
    for heads in (("termId", "starts"), ("starts", "termId")):
        cells = {"name": "x", **{head: {"termId": "VT2027", "starts": "v. 10"}[head] for head in heads}}
        assert line(STARTS, TWO_TERMS, **cells).values["starts"] == ["2027-W10"]
    usual = Terms(TWO_TERMS.weeks, "VT2027")
    assert line(STARTS, usual, name="x", starts="v. 10", termId="").values["starts"] == ["2027-W10"]


STARTS = Layout({"name": Column(), "termId": Column(nullable=True), "starts": Column(Kind.WEEKS)})


def test_a_row_without_a_term_is_told_so_once_and_one_with_an_unknown_term_which_there_are() -> None:
    found = line(LAYOUT, TWO_TERMS, **{"name": "Summa", "v. 5": "5", "v. 6": "3"})
    assert wrong(found) == [(("termId",), "the row does not say its term: fill in the term")]
    found = line(LAYOUT, TWO_TERMS, **{"name": "x", "v. 5": "5", "v. 6": "3", "v. 7": "", "termId": "VT2028"})
    assert found.wrong == [
        (
            ("termId",),
            Words("terminen finns inte, bara HT2027 och VT2027", "there is no such term, only HT2027 and VT2027"),
            "VT2028",
        )
    ]
    assert found.cell(("termId",)) == "E2"
    assert wrong(line(STARTS, Terms(SPRING.weeks), name="x", starts="v. 5", termId="VT2028")) == [
        (("termId",), "there is no such term, only VT2027")
    ]


def test_two_columns_of_one_week_are_refused_by_their_headings() -> None:
    found = line(**{"name": "x", "v. 5": "1", "2027-W05": "2"})
    assert found.wrong == [
        (
            ("weeks", 1),
            Words(
                "kolumnerna 'v. 5' och '2027-W05' är samma vecka: ta bort en av dem",
                "the columns 'v. 5' and '2027-W05' are the same week: remove one of them",
            ),
            "2",
        )
    ]
    assert found.cell(("weeks", 1)) == "C2"
    assert len(wrong(line(**{"name": "x", "2027-W05": "", "v. 5": "2"}))) == 1
    assert len(wrong(line(**{"name": "x", "2027-W05": "2", "v. 5": ""}))) == 1
    assert wrong(line(**{"name": "x", "2027-W05": "", "v. 5": ""})) == []


def test_a_fault_of_all_the_weeks_is_told_at_the_first_that_is_filled_in_without_a_value() -> None:
    found = line(**{"name": "x", "v. 5": "", "2027-W06": "2"})
    place = found.column(("weeks",)), found.cell(("weeks",)), found.value(("weeks",))
    assert place == ("2027-W06", "C2", None)
    assert found.value(()) is None
    given = Line(1, {"weeks": [{"week": "2027-W05"}]})
    assert (given.column(("weeks",)), given.value(("weeks",)), given.value(("weeks", 0))) == ("weeks", None, None)


def test_weeks_on_duty_are_listed_in_one_cell() -> None:
    assert line(DUTY, weeks="2027-W5, v 6 2027; 2027-02-15").values["weeks"] == ["2027-W05", "2027-W06", "2027-W07"]
    assert line(DUTY, weeks="none").values["weeks"] == []
    assert line(DUTY, weeks=dt.date(2027, 2, 1)).values["weeks"] == ["2027-W05"]
    assert [words for _, words in wrong(line(DUTY, Terms(), weeks="v. 5"))] == [
        "the week has no year: write the week as 2027-W05"
    ]
    assert [words for _, words in wrong(line(DUTY, weeks="spring"))] == [
        "one cannot tell which week is meant: write the week as 2027-W05"
    ]


def test_groups_become_a_list_whichever_columns_they_stand_in() -> None:
    found = line(name="x", training1Course="", training2Course="Handledning", training2Credits="7,5")
    assert found.values["trainings"] == [{"course": "Handledning", "credits": 7.5}]
    assert found.column(("trainings", 0, "credits")) == "training2Credits"
    assert found.column(("trainings", 0)) == "training2"
    assert line(name="x", training1Course="").values["trainings"] == []
    assert wrong(line(name="x", training1Credits="many")) == [(("trainings", 0, "credits"), "give a number")]


def test_headings_are_read_in_swedish_and_english_in_any_case_and_with_any_blanks() -> None:
    for heads in (("Namn", "MAX  studenter", "Utbildning hp"), ("NAME ", "max_students", "Training 1 credits")):
        found = lines_of(LAYOUT, table({1: dict(enumerate(heads, 1)), 2: {1: "x", 2: "3", 3: "7,5"}}))[0]
        assert found.values == {"name": "x", "maxStudents": 3, "trainings": [{"credits": 7.5}]}


def test_a_heading_that_nobody_knows_or_that_is_there_twice_is_refused_with_the_nearest() -> None:
    assert refused("colour", "name", "Namn", "maxStudent", "training1Colour", dt.date(2027, 2, 2)) == [
        (1, "colour", "there is no such column: remove it, or begin its heading with # to keep it unread"),
        (1, "Namn", "the column is there twice"),
        (1, "maxStudent", "there is no such column: did you mean 'Most students' (maxStudents)?"),
        (1, "training1Colour", "there is no such column: did you mean 'Training 1 course' (training1Course)?"),
        (1, "2027-02-02", "2027-02-02 is not a Monday: write the week's Monday, or 2027-W05"),
    ]


def test_a_value_beside_every_heading_is_refused_with_its_cell() -> None:
    assert refused("name", "size", cells=("T2", "1", "x")) == [
        (2, "C", "there is a value in cell C2, in a column without a heading")
    ]


def test_columns_that_people_keep_for_themselves_are_left_out_and_told() -> None:
    found = table({1: {1: "Namn", 2: "# mitt", 3: "Kommentar", 4: "size"}, 2: {1: "x", 2: "a", 3: "b", 4: "1"}})
    assert found.ignored == ["# mitt", "Kommentar"]
    assert found.lines == {2: {1: "x", 4: "1"}}
    grid = Grid("", {1: {1: "Namn", 2: "Ansvarig"}, 2: {1: "x", 2: "a"}})
    assert find_table(Book("csv", [grid]), LAYOUT, ignore=["ansvarig"]).ignored == ["Ansvarig"]


def test_a_heading_to_leave_out_that_no_column_has_is_told() -> None:
    grid = Grid("", {1: {1: "Namn", 2: "Ansvarig", 3: "size"}, 2: {1: "x", 2: "a", 3: "1"}})
    found = find_table(Book("csv", [grid]), LAYOUT, ignore=["Ansvarig", "Storlk"])
    assert [words.en for words in found.assumed] == ["No column is called 'Storlk': none is left out."]
    assert found.lines == {2: {1: "x", 3: "1"}}


def test_a_fault_names_row_column_and_value_but_nothing_protected() -> None:
    source = Line(7, {"size": "x" * 200, "secret": 1, "units": ["a", "b"], "name": "850101-1236"})
    faults = Faults([source], {"secret"})
    paths: list[list[str | int]] = [["size"], ["secret"], ["units", 1], ["units", 9], ["name"], [], ["a/b~c"]]
    for path in paths:
        faults.note(0, Words("fel", "wrong"), path)
    faults.note(0, Words("fel", "wrong"), ["size"], shown="y" * 200)
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
        ("/rows/0/size", "size", "y" * 100),
    ]
    assert {fault.row for fault in told} == {7}
    assert (refusal.value.en, refusal.value.sv) == (
        "Nothing has been stored: the sheet has 8 faults.",
        "Inget har sparats: kalkylbladet har 8 fel.",
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
    coded = [("u1", "A"), ("u2", "A"), ("u3", "B b"), ("u4", None), ("u5", "u4"), ("u6", "x" * 201), ("u7", "C;c")]
    names = Names(nouns.UNIT, coded, [("u1", "Gran"), ("u2", "Tall"), ("u3", "Tall")])
    assert [names.id_of(name) for name in ("A", "B b", "u4", "u1", "nobody")] == [None, "u3", "u4", "u1", None]
    assert [names.id_of(name) for name in ("b  B", "GRAN", "Tall")] == ["u3", "u1", None]
    assert [names.name_of(unit) for unit in ("u1", "u3", "u5", "u6")] == ["u1", "B b", "u5", "u6"]
    assert names.words_of(["u3", "u4", "u7"]) == ["B b", "u4", "u7"]


def test_the_columns_of_a_list_come_from_the_schema_of_its_rows() -> None:
    week = {"type": "string", "examples": ["2027-W03"]}
    layout = layout_of(
        {
            "properties": {
                "name": {"type": "string"},
                "sharePercent": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                "lat": {"type": "number"},
                "validTo": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
                "units": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
                "starts": {"type": "array", "items": week},
                "weeks": {"type": "array", "items": {"$ref": "#/$defs/Places"}},
                "volumes": {"type": "array", "items": {"$ref": "#/$defs/Volume"}},
            },
            "$defs": {"Places": {"properties": {}}, "Volume": {"properties": {"termId": {"type": "string"}}}},
        }
    )
    assert layout.columns == {
        "name": Column(),
        "sharePercent": Column(Kind.PERCENT, nullable=True),
        "lat": Column(Kind.NUMBER),
        "validTo": Column(Kind.DAY, nullable=True),
        "units": Column(Kind.WORDS, nullable=True),
        "starts": Column(Kind.WEEKS),
    }
    assert layout.weeks
    assert layout.groups == {"volumes": Group("volume", {"termId": Column()})}
    with pytest.raises(KeyError):
        layout.column("volume1Colour")


def test_a_heading_is_written_in_swedish_and_english_words() -> None:
    assert [heading_of("training2CompletedOn", language) for language in ("sv", "en")] == [
        "Utbildning 2 genomförd",
        "Training 2 completed on",
    ]
    assert heading_of("unitId", "sv") == "Enhet"
    assert heading_of("2027-W05", "sv") == "2027-W05"
    assert nearest("nmae", LAYOUT) == "name"
    assert nearest("zzz", LAYOUT) is None


TWO_LISTS = {
    1: {1: "name", 2: "termId", 3: "v. 5"},
    2: {1: "T1", 2: "VT2027", 3: "1"},
    4: {1: "name", 2: "termId", 3: "size", 4: "v. 10", 5: "v. 11"},
    5: {1: "T2", 2: "VT2027", 3: "30", 4: "2", 5: "3"},
}


@pytest.mark.parametrize("order", [(1, 2, 4, 5), (4, 5, 1, 2)])
def test_a_sheet_with_two_lists_is_refused_whichever_has_more_columns(order: tuple[int, ...]) -> None:
    with pytest.raises(SheetError) as refusal:
        table(dict(enumerate(map(TWO_LISTS.__getitem__, order), 1)))
    assert "have one list in each sheet" in refusal.value.cell_faults[0].en


def test_headings_that_a_printed_sheet_repeats_are_not_read_as_rows_and_that_is_told() -> None:
    found = table({1: {1: "name", 2: "size"}, 2: {1: "T1", 2: "1"}, 3: {1: "Namn", 2: "size"}, 4: {1: "T2", 2: "2"}})
    assert list(found.lines) == [2, 4]
    assert [words.en for words in found.assumed] == ["The headings are repeated in row 3, which has not been read."]


def test_headings_in_two_rows_are_one_list() -> None:
    found = table(
        {
            1: {1: "name", 2: "termId", 3: "Period 1", 4: "Period 1"},
            2: {1: "name", 2: "termId", 3: "v. 5", 4: "v. 6"},
            3: {1: "T1", 2: "VT2027", 3: "1", 4: "1"},
        }
    )
    assert (found.heading_row, list(found.lines)) == (2, [3])


def test_what_stands_above_the_headings_is_told_unless_it_is_a_title() -> None:
    assert table({1: {1: "VFU"}, 2: {1: "name", 2: "size"}, 3: {1: "T1", 2: "1"}}).assumed == []
    found = table({1: {1: "T0", 2: "9"}, 2: {1: "name", 2: "size"}, 3: {1: "T1", 2: "1"}})
    assert [words.en for words in found.assumed] == ["What stands above the headings has not been read: row 1."]


def test_two_sheets_with_the_headings_are_refused_however_many_weeks_one_has() -> None:
    long = Grid(
        "Lång", {1: {1: "name", 2: "termId", **{n: f"v. {n}" for n in range(4, 14)}}, 2: {1: "T1", 2: "VT2027"}}
    )
    short = Grid("Kort", {1: {1: "name", 2: "termId", 3: "v. 15"}, 2: {1: "T2", 2: "VT2027", 3: "1"}})
    with pytest.raises(InvalidError, match="more than one sheet") as refusal:
        find_table(Book("xlsx", [long, short]), LAYOUT)
    assert "'Lång' and 'Kort'" in str(refusal.value)


@pytest.mark.parametrize("text", ["-", "\u2013", "x", "nej", "stängt"])
def test_what_people_write_where_there_are_no_places_is_refused_with_what_to_write(text: str) -> None:
    assert wrong(line(**{"name": "x", "v. 5": text})) == [
        (("weeks", 0), "give a number: 0, or leave the cell empty, where there are no places")
    ]


@pytest.mark.parametrize("text", ["tills vidare", "Tills vidare ", "t.v.", "until further notice"])
def test_until_further_notice_is_told_to_be_an_empty_cell(text: str) -> None:
    column = Column(Kind.DAY, nullable=True)
    with pytest.raises(WrongError, match="leave the cell empty: that means until further notice"):
        read_value(column, text)
    with pytest.raises(WrongError, match="which day is meant"):
        read_value(Column(Kind.DAY), text)
    assert read_value(column, "2027-02-01") == "2027-02-01"
