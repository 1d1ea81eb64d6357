"""``placement import``: load a list from a file, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.professions import name_profession
from placement.cli.speech import CANNOT, Lang, Language, refusing_in
from placement.cli.web import from_the_api
from placement.database import open_session
from placement.errors import PlacementError
from placement.register.lists import contents
from placement.sheets.faults import CellFault, SheetError
from placement.sheets.marking import MarkedError
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

_STORED = Words(
    "{rows} {noun}: {created} nya, {changed} ändrade, {unchanged} oförändrade",
    "{rows} {noun}: {created} new, {changed} changed, {unchanged} unchanged",
)
_ROW, _ROWS = Words("rad", "row"), Words("rader", "rows")
_DRY = Words("Provkörning, inget är sparat. ", "Dry run, nothing is stored. ")
_READ = Words(
    "Läst: {form}{how}, rubriker på rad {headingRow}",
    "Read: {form}{how}, headings in row {headingRow}",
)
_IGNORED = Words("Kolumner som inte lästes: {columns}", "Columns that were not read: {columns}")
_PLACES = Words(
    "{unitName} ({professions}): {before} -> {after} platsveckor",
    "{unitName} ({professions}): {before} -> {after} place-weeks",
)
_CHANGE = Words("rad {row} {name}: {column} {before} -> {after}", "row {row} {name}: {column} {before} -> {after}")
_EMPTY = Words("tomt", "empty")
_MORE = Words("… och {more} till", "… and {more} more")
_MOST_CHANGES = 20
_MARKED = Words("Felen är markerade i {path}", "The faults are marked in {path}")
_NO_KIND = Words(
    "'{kind}' är ingen lista. {near}Välj en av: {kinds}", "'{kind}' is no list. {near}Choose one of: {kinds}"
)
_NONE = "-"


EPILOG = "\n\n".join(
    ["Words that may be given, by code or by name. A coordinator may add more: placement lists prints all."]
    + [
        f"{title.en}: {', '.join(f'{code} ({words.sv})' for code, words in names.items())}"
        for title, names in contents()
    ]
)
"""The words of every list, a paragraph each."""


def import_(  # noqa: PLR0913 (each is an argument of the command)
    kind: Annotated[str, typer.Argument(help="The list: municipalities, organisations, sites, units, programmes …")],
    file: Annotated[Path, typer.Argument(help="The file: CSV, XLSX, XLS or ODS.")],
    term: Annotated[str | None, typer.Option(help="The term of rows that name none, by id or code.")] = None,
    sheet: Annotated[str | None, typer.Option(help="The sheet to read, where the file has several.")] = None,
    ignore: Annotated[str | None, typer.Option(help="Headings that are not to be read, with commas between.")] = None,
    faults: Annotated[
        Path | None, typer.Option(help="Where to write the same sheet as XLSX with its faults marked.")
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell the outcome; store nothing.")] = False,
    accept_unusual: Annotated[
        bool, typer.Option("--accept-unusual", help="Accept very large numbers, and pseudonyms that look like names.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
    lang: Lang = Language.EN,
) -> None:
    """Load a list from a file, all of it or nothing; a dry run only tells what would come of it."""
    asked = {
        "dryRun": dry_run,
        "acceptUnusual": accept_unusual,
        "termId": term,
        "sheet": sheet,
        "ignoreColumns": ignore,
        "faultsAs": None if faults is None else "xlsx",
    }
    with refusing_in(lang):
        require_kind(kind)
        content = _content_of(file, faults)
        with open_database() as engine, open_session(engine) as session, _bar(lang) as bar:
            task = bar.add_task(kind, total=None)
            try:
                told = from_the_api("import_file")(
                    session,
                    SYSTEM,
                    kind,
                    content,
                    asked,
                    lang.value,
                    lambda done, rows: bar.update(task, completed=done, total=rows),
                )
            except SheetError as error:
                bar.stop()
                _refuse(error, faults, lang)
    typer.echo(json.dumps(told, ensure_ascii=False)) if as_json else _tell(told, lang)


def _content_of(file: Path, marked: Path | None) -> bytes:
    """Read the file; refuse what cannot be read, and a marked sheet that would overwrite it."""
    if marked is not None and marked.exists() and marked.samefile(file):
        raise UnreadFileError(
            sv=f"--faults skulle skriva över filen {file}: ange en annan fil.",
            en=f"--faults would overwrite the file {file}: name another file.",
        )
    try:
        return file.read_bytes()
    except OSError:
        raise UnreadFileError(sv=f"Filen {file} kan inte läsas.", en=f"The file {file} cannot be read.") from None


def require_kind(kind: str) -> None:
    """Refuse what is no list, with the names of those that there are."""
    kinds = from_the_api("kinds")()
    if kind not in kinds:
        words = {"kind": kind, "kinds": ", ".join(kinds)}
        near = get_close_matches(kind.casefold(), kinds, n=1, cutoff=0.5)
        sv, en = (f"Menar du {near[0]}? ", f"Did you mean {near[0]}? ") if near else ("", "")
        raise NoListError(
            sv=_NO_KIND.sv.format_map({**words, "near": sv}), en=_NO_KIND.en.format_map({**words, "near": en})
        )


class UnreadFileError(PlacementError):
    """A file cannot be read, or must not be written."""

    code = "unread-file"


class NoListError(PlacementError):
    """A list was named that does not exist."""

    code = "no-list"


def _bar(lang: Language) -> Progress:
    """Make the progress bar, which is seen only on a terminal."""
    console = Console(stderr=True)
    what = lang.of(Words("Läser in", "Importing"))
    columns = TextColumn(what + " {task.description}"), BarColumn(), MofNCompleteColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _refuse(error: SheetError, marked: Path | None, lang: Language) -> None:
    """Report every fault with its row and column, and write the marked sheet where that is asked for."""
    typer.echo(lang.of(Words(error.sv, error.en)), err=True)
    for fault in error.cell_faults:
        typer.echo(f"{_place_of(fault, lang)}: {lang.of(fault.words)}", err=True)
    if marked is not None and isinstance(error, MarkedError):
        marked.write_bytes(error.marked)
        typer.echo(lang.of(_MARKED).format(path=marked), err=True)
    raise typer.Exit(CANNOT)


def _place_of(fault: CellFault, lang: Language) -> str:
    """Return where a fault is, as the reader of the sheet finds it."""
    row = lang.of(Words(f"rad {fault.row}", f"row {fault.row}") if fault.row else Words("filen", "the file"))
    value = "" if fault.value is None else f" '{fault.value}'"
    return f"{fault.cell or row}{f' ({fault.column})' if fault.column else ''}{value}"


def _tell(told: dict[str, Any], lang: Language) -> None:
    """Print an outcome in words: what was read and assumed, what became of places, what changed, and the rows."""
    if read := told["read"]:
        separator = {"\t": "tab"}.get(read["separator"], read["separator"])
        how = "".join(f", {part}" for part in (read["sheet"], read["encoding"], separator and f"'{separator}'") if part)
        typer.echo(lang.of(_READ).format_map({**read, "how": how}))
        if read["ignoredColumns"]:
            typer.echo(lang.of(_IGNORED).format(columns=", ".join(read["ignoredColumns"])))
    for words in (*(read or {}).get("assumptions", ()), *told["assumptions"]):
        typer.echo(words)
    for place in told["places"]:
        names = ", ".join(name_profession(each, lang) for each in place["professions"])
        typer.echo(lang.of(_PLACES).format_map({**place, "professions": names}))
        for line in _week_lines(place["weeks"]):
            typer.echo(line)
    for line in _change_lines(told, lang):
        typer.echo(line)
    noun = lang.of(_ROW if told["rows"] == 1 else _ROWS)
    typer.echo((lang.of(_DRY) if told["dryRun"] else "") + lang.of(_STORED).format_map({**told, "noun": noun}))


def _change_lines(told: Mapping[str, Any], lang: Language) -> Iterator[str]:
    """Yield a line for each of the first changes, and one for the number of the others."""
    shown = told["changes"][:_MOST_CHANGES]
    for change in shown:
        values = {name: lang.of(_EMPTY) if change[name] is None else change[name] for name in ("before", "after")}
        yield lang.of(_CHANGE).format_map({**change, **values})
    if more := told["changesTotal"] - len(shown):
        yield lang.of(_MORE).format(more=more)


def _week_lines(weeks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each span of weeks one after the other in which the same places changed in the same way."""
    spans: list[list[Mapping[str, Any]]] = []
    for week in weeks:
        same = spans and all(spans[-1][-1][name] == week[name] for name in ("before", "after"))
        if same and IsoWeek.parse(spans[-1][-1]["week"]).plus(1) == IsoWeek.parse(week["week"]):
            spans[-1].append(week)
        else:
            spans.append([week])
    for first, *_, last in ([*span, span[-1]] for span in spans):
        before, after = (_NONE if first[name] is None else first[name] for name in ("before", "after"))
        until = "" if first is last else f"–{last['week']}"
        yield f"  {first['week']}{until}: {before} -> {after}"
