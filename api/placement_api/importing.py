"""Importing: the body of an import, in JSON or as a file, read row by row and stored whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from pydantic_core import from_json
from sqlmodel import Session

from placement.callers import Caller
from placement.refusals import words_of
from placement.sheets import names, privacy
from placement.sheets.choices import names_of_lists
from placement.sheets.faults import Faults, SheetError
from placement.sheets.files.grid import Book
from placement.sheets.files.opening import read_file
from placement.sheets.finding import HeadingsError, Table, find_table, score
from placement.sheets.importing import hand_in
from placement.sheets.layout import Layout, layout_of
from placement.sheets.marking import MarkedError, mark
from placement.sheets.rows import Line, Terms, lines_in, lines_of
from placement.store.access import fault
from placement_api.fields import fields_at
from placement_api.lists import Listed
from placement_api.media_types import FILES
from placement_api.schemas.base import Change, example_of
from placement_api.schemas.sheets import ImportAsked, ImportShown, ReadShown, Rows
from placement_solver.words import Words

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Body:
    """The body that was sent, its media type, and the encoding that it is said to have."""

    form: str
    content: bytes
    charset: str | None = None


@dataclass(slots=True)
class Read:
    """The lines of a body, and how they were read; a JSON body has neither book nor table."""

    lines: list[Line]
    book: Book | None = None
    table: Table | None = None


async def _body(request: Request) -> Body:
    """Read the whole body, whose size is bounded."""
    form, *parameters = (part.strip() for part in request.headers.get("content-type", "").split(";"))
    charset = next((part[8:].strip('"') for part in parameters if part.lower().startswith("charset=")), None)
    return Body(form.lower(), await request.body(), charset and charset.lower())


Sent = Annotated[Body, Depends(_body)]


@cache
def columns_of(row: type[Change]) -> Layout:
    """Return the columns of a list from the schema of its rows."""
    return layout_of(row.model_json_schema(by_alias=True))


def bring_in(
    store: Session,
    by: Caller,
    listed: Listed,
    sent: Body,
    asked: ImportAsked,
    language: str,
    watch: Callable[[int, int], None] = lambda _done, _rows: None,
) -> ImportShown:
    """Check every row as the single operation would, and store all of them or none.

    ``watch`` is told how many of how many rows have been stored.
    """
    by = replace(by, accepts_unusual=asked.accept_unusual)
    room, row = listed.room, listed.row
    read = _read(store, row, sent, asked, language)
    faults = Faults(read.lines, room.PROTECTED, lambda index: watch(index + 1, len(read.lines)))
    rows = _checked(row, read.lines, faults)
    try:
        outcome = hand_in(store, by, lambda: room.bring_in(store, by, rows, faults), dry_run=asked.dry_run)
    except SheetError as error:
        if asked.faults_as is None or read.book is None or read.table is None:
            raise
        raise MarkedError(error, mark(sent.content, read.book, read.table, error.cell_faults, language)) from error
    return ImportShown.of_outcome(outcome, asked, _told(read, language), language)


def _told(read: Read, language: str) -> ReadShown | None:
    """Tell how a file was read; a JSON body is read as it is."""
    if read.book is None or read.table is None:
        return None
    return ReadShown(
        form=read.book.form,
        sheet=read.table.sheet or None,
        heading_row=read.table.heading_row,
        rows=len(read.lines),
        encoding=read.book.encoding,
        separator=read.book.separator,
        ignored_columns=read.table.ignored,
        assumptions=[words.sv if language == "sv" else words.en for words in read.table.assumed],
    )


def _checked(row: type[Change], lines: Sequence[Line], faults: Faults) -> dict[int, dict[str, Any]]:
    """Return the values of every row that has no fault, and note the faults of the others."""
    rows: dict[int, dict[str, Any]] = {}
    for index, line in enumerate(lines):
        unread = {path for path, _, _ in line.wrong}
        fields = {path[0] for path in unread}
        for path, words, shown in line.wrong:
            faults.note(index, words, path, shown=shown, told=shown is not None)
        try:
            values = row.model_validate(line.values).changes()
        except ValidationError as error:
            for wrong in error.errors(include_url=False):
                place = wrong["loc"]
                fields.update(place[:1])
                if tuple(place) not in unread and tuple(place[:2]) not in unread:
                    words = words_of(wrong, fields_at([row], place))
                    faults.note(index, words, place, told=wrong["type"] != "extra_forbidden")
            faults.readable[index] = _readable(row, line.values, fields)
        else:
            if line.wrong:
                faults.readable[index] = _readable(row, line.values, fields)
            else:
                rows[index] = values
        if faults.full:
            break
    return rows


def _readable(row: type[Change], values: Any, wrong: Collection[str | int]) -> dict[str, Any]:  # noqa: ANN401 (any JSON)
    """Return what can be read of a row, some of whose fields are wrong."""
    if not isinstance(values, dict):
        return {}
    try:
        return row.model_validate({name: value for name, value in values.items() if name not in wrong}).changes()
    except ValidationError:
        return {}


def _read(store: Session, row: type[Change], sent: Body, asked: ImportAsked, language: str) -> Read:
    """Read the rows of a body."""
    layout = columns_of(row)
    terms = _terms(store, layout, asked)
    if sent.form in FILES:
        book = read_file(sent.content, sent.charset, lambda grid: score(layout, grid))
        privacy.hold_private(book)
        try:
            table = find_table(book, layout, asked.sheet, _listed(asked.ignore_columns))
        except HeadingsError as error:
            if asked.faults_as is None:
                raise
            raise MarkedError(error, mark(sent.content, book, error.table, error.cell_faults, language)) from error
        return Read(_without_example(store, row, lines_of(layout, table, terms), table), book, table)
    try:
        given = from_json(sent.content, allow_inf_nan=False)
    except ValueError as error:
        raise _misread(sent.content, error) from None
    try:
        lines = lines_in(Rows.model_validate(given).rows, terms.usual)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in faults]) from None
    privacy.hold_rows_private(lines)
    return Read(lines)


def _without_example(store: Session, row: type[Change], lines: Sequence[Line], table: Table) -> list[Line]:
    """Leave out a template's example if nobody has written over it, and tell so."""
    left = [line for line in lines if line.number in table.examples and _is_example(store, row, line.values)]
    if left and len(left) == len(lines):
        raise fault(
            "/rows",
            f"row {left[0].number} is the template's example, and there are no other rows",
            f"rad {left[0].number} är mallens exempel, och det finns inga andra rader",
        )
    table.assumed += [
        Words(
            f"Rad {line.number} är mallens exempel och har inte lästs.",
            f"Row {line.number} is the template's example and has not been read.",
        )
        for line in left
    ]
    return [line for line in lines if line not in left]


def _is_example(store: Session, row: type[Change], values: Mapping[str, Any]) -> bool:
    """Tell whether a row is the example of its list, in whatever words; the term and its weeks are the reader's own."""
    own = {"term_id", "weeks", "starts"}
    coded = {head: _coded(values[head], words) for head, words in names_of_lists(store, values).items()}
    try:
        given, shown = (row.model_validate(each).changes() for each in ({**values, **coded}, example_of(row)))
    except ValidationError:
        return False
    given, shown = ({name: value for name, value in each.items() if name not in own} for each in (given, shown))
    return bool(_filled(given) == _filled(shown))


def _filled(value: Any) -> Any:  # noqa: ANN401 (any value of a row)
    """Return a value without what it leaves empty."""
    if isinstance(value, dict):
        return {name: _filled(inner) for name, inner in value.items() if inner is not None}
    return [_filled(each) for each in value] if isinstance(value, list) else value


def _coded(value: Any, words: Mapping[str, Words]) -> Any:  # noqa: ANN401 (a cell, or the parts of one)
    """Return codes in place of names."""
    if isinstance(value, list):
        return [_coded(each, words) for each in value]
    return next((code for code, each in words.items() if value in (each.sv, each.en)), value)


def _misread(content: bytes, error: ValueError) -> RequestValidationError:
    """Return the error of a body that is no JSON, as the framework raises it: with where the reader stopped."""
    line, column = (int(number) for number in _NUMBER.findall(str(error))[-2:])
    lines = content.split(b"\n")
    before = b"\n".join([*lines[: line - 1], lines[line - 1][: column - 1]])
    place = len(before.decode("utf-8", "replace"))
    return RequestValidationError(
        [{"type": "json_invalid", "loc": ("body", place)}], body=content.decode("utf-8", "replace")
    )


def _terms(store: Session, layout: Layout, asked: ImportAsked) -> Terms:
    """Return the terms that rows may name, where the list has weeks or a term."""
    if not layout.weeks and "termId" not in layout.columns and "windows" not in layout.groups:
        return Terms()
    return Terms(names.weeks_of_terms(store), asked.term_id)


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]
