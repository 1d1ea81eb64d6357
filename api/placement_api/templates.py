"""Templates: the empty workbook of each list, made of its rows' schema and of what the caller may choose from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, get_args

from pydantic.alias_generators import to_camel
from sqlmodel import Session

from placement.callers import Caller
from placement.sheets import names
from placement.sheets.cells import NONE, NOTHING, Value, words_as_text
from placement.sheets.cells import in_words as cell_in_words
from placement.sheets.choices import choices_of, names_of_lists
from placement.sheets.hints import hint_of
from placement.sheets.layout import Kind, Layout, heading_of, large, split_head
from placement.sheets.templates import Template, write_template
from placement.sheets.writing import Sheet
from placement.store.access import fault
from placement.tables import StudentAnswer
from placement.vocabulary import Named
from placement_api.importing import columns_of
from placement_api.lists import Listed
from placement_api.schemas.base import Change, example_of
from placement_solver.words import Words

NOT_FILLED_IN = {"id", "unitName"}


def template_of(store: Session, by: Caller, listed: Listed, term: str | None, language: str) -> bytes:
    """Write a list's template; one of places has a column for each week of a term."""
    layout, known = columns_of(listed.row), names.weeks_of_terms(store)
    if term is not None and term not in known:
        raise fault("?termId", f"there is no term '{term}'", f"det finns ingen termin '{term}'")
    heads = [head for head in listed.room.HEADS if head not in NOT_FILLED_IN or listed.path == "placements"]
    heads += [f"{group.stem}1{large(name)}" for group in layout.groups.values() for name in group.columns]
    example = _example(listed.row, layout)
    if layout.weeks and term is not None:
        weeks = [str(known[term].first.plus(place)) for place in range(known[term].count)]
        heads += weeks
        example = {**{head: value for head, value in example.items() if head in heads}, weeks[0]: 2, "termId": term}
    elif layout.weeks:
        heads += [head for head in example if head not in heads]
    names_of = {**names_of_lists(store, heads), **_fixed_names(listed.row, heads)}
    example |= {head: _worded(example[head], names_of[head], language) for head in names_of if head in example}
    template = Template(
        listed.path,
        listed.what,
        heads,
        example,
        frozenset(map(to_camel, listed.room.NEEDED)),
        {**choices_of(store, by, heads, language), **_fixed_choices(listed.row, heads, language)},
        _hints(listed.path, layout, heads),
    )
    return write_template(template, language)


def in_words(store: Session, listed: Listed, sheet: Sheet, language: str) -> Sheet:
    """Return a sheet with Swedish (``sv``) or English (``en``) headings and words, or else as it is."""
    if language not in {"sv", "en"}:
        return sheet
    names_of = {**names_of_lists(store, sheet.heads), **_fixed_names(listed.row, sheet.heads)}
    columns, layout = {place: names_of.get(head, {}) for place, head in enumerate(sheet.heads)}, columns_of(listed.row)
    columns |= {
        place: {NONE: NOTHING, **columns[place]}
        for place, head in enumerate(sheet.heads)
        if head in layout.columns and layout.columns[head].kind in {Kind.WORDS, Kind.WEEKS}
    }
    lines = [[_worded(cell, columns[place], language) for place, cell in enumerate(line)] for line in sheet.lines]
    return Sheet([heading_of(head, language) for head in sheet.heads], lines)


def _worded(cell: Value, words: Mapping[str, Words], language: str) -> Value:
    """Return a cell that holds one code or several, or yes or no, with their names instead."""
    if not isinstance(cell, str) or not words:
        return cell_in_words(cell, language)
    found = [words.get(code, Words(code, code)) for code in cell.split(", ")]
    return words_as_text([each.sv if language == "sv" else each.en for each in found])


def _example(row: type[Change], layout: Layout) -> dict[str, Value]:
    """Return the example of a list's rows as the cells of a line."""
    cells: dict[str, Value] = {}
    for head, value in example_of(row).items():
        if head == "weeks" and layout.weeks:
            cells |= {each["week"]: each["places"] for each in value}
        elif head in layout.groups:
            stem = layout.groups[head].stem
            cells |= {f"{stem}1{large(name)}": inner for name, inner in value[0].items()}
        else:
            cells[head] = words_as_text(value) if isinstance(value, list) else value
    return cells


def _fixed_choices(row: type[Change], heads: Sequence[str], language: str) -> dict[str, list[str]]:
    """Return the words of each column that holds a list of the service's own, such as a status."""
    found = _fixed_names(row, heads)
    return {
        head: [each.sv if language == "sv" else each.en for each in words.values()] for head, words in found.items()
    }


def _fixed_names(row: type[Change], heads: Sequence[str]) -> dict[str, dict[str, Words]]:
    """Return the names by code of each column that holds a list of the service's own."""
    named = [
        (field.alias or name, words)
        for name, field in row.model_fields.items()
        for words in _named_in(field.annotation)
    ]
    named += [("studentAnswer", StudentAnswer)]  # which is text in a row, since nothing comes of another one there
    return {head: {each.value: each.words for each in words} for head, words in named if head in heads}


def _named_in(shape: Any) -> Iterator[type[Named]]:  # noqa: ANN401 (a type as pydantic keeps it)
    """Yield the lists in a type."""
    if isinstance(shape, type) and issubclass(shape, Named):
        yield shape
    for inner in get_args(shape):
        yield from _named_in(inner)


def _hints(listed: str, layout: Layout, heads: Sequence[str]) -> dict[str, Words]:
    """Return what is said about each column."""
    found: dict[str, Words] = {}
    for head in heads:
        with suppress(KeyError):
            group, _, name = ("", "", head) if head in layout.columns else split_head(layout, head)
            hint = hint_of(listed, f"{layout.groups[group].stem}.{name}" if group else name)
            found |= {} if hint is None else {head: hint}
    return found
