"""Templates: an empty workbook of a list: headings, choices to pick from, an example, and a page that explains it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from placement.sheets.cells import Value
from placement.sheets.files.grid import MOST_ROWS, letters_of
from placement.sheets.layout import heading_of
from placement_solver.words import Words

_BOLD = Font(bold=True)
_NEEDED = PatternFill("solid", fgColor="FFF2CC")
_WIDTH = 18
_LISTS = Words("Val", "Choices")
_GUIDE = Words("Instruktion", "Instructions")
_AUTHOR = "Placement"
_EXAMPLE = Words("Exempel", "Example")
_IS_EXAMPLE = Words("raden är ett exempel: skriv över den", "the row is an example: write over it")
_INTRODUCTION = (
    Words(
        "Fyll i bladet '{sheet}'. Rad 2 är ett exempel: skriv över den.",
        "Fill in the sheet '{sheet}'. Row 2 is an example: write over it.",
    ),
    Words("Gula rubriker måste fyllas i för en ny rad.", "Yellow headings must be filled in for a new row."),
    Words(
        "En rubrik som börjar med # läses inte, så egna kommentarer kan stå i en sådan kolumn.",
        "A heading that begins with # is not read, so that comments of your own may stand in such a column.",
    ),
    Words(
        "Skriv dagar som 2024-05-31 och veckor som 2027-W05 eller v. 5.",
        "Write days as 2024-05-31 and weeks as 2027-W05 or v. 5.",
    ),
)


@dataclass(frozen=True, slots=True)
class Template:
    """What a template shows: its name, its columns, the example row, and the choices of some columns."""

    name: str
    title: Words
    heads: Sequence[str]
    example: Mapping[str, Value]
    needed: frozenset[str] = frozenset()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hints: Mapping[str, Words] = field(default_factory=dict)


def write_template(template: Template, language: str) -> bytes:
    """Write a template as XLSX, in Swedish (``sv``) or English (``en``)."""
    book = Workbook()
    page = book.create_sheet(template.name, 0)
    guide, lists = (book.create_sheet(_in(words, language)) for words in (_GUIDE, _LISTS))
    book.remove(book.worksheets[1])
    _write_page(page, template, language)
    _write_choices(page, lists, template)
    _write_guide(guide, template, language)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_page(page: Worksheet, template: Template, language: str) -> None:
    """Write the headings and the example, as text, so that an id keeps its zeros."""
    page.freeze_panes = "A2"
    for column, head in enumerate(template.heads, 1):
        cell = page.cell(1, column, heading_of(head, language))
        cell.font = _BOLD
        if head in template.needed:
            cell.fill = _NEEDED
        if hint := template.hints.get(head):
            cell.comment = Comment(_in(hint, language), _AUTHOR)
        page.column_dimensions[letters_of(column)].width = _WIDTH
        value = template.example.get(head)
        if value is not None:
            page.cell(2, column, value)
        if not isinstance(value, int | float):
            page.column_dimensions[letters_of(column)].number_format = "@"
            page.cell(2, column).number_format = "@"
    page.cell(1, len(template.heads) + 1, f"# {_in(_EXAMPLE, language)}").font = _BOLD
    page.cell(2, len(template.heads) + 1, _in(_IS_EXAMPLE, language))


def _write_choices(page: Worksheet, lists: Worksheet, template: Template) -> None:
    """Write the choices on a page of their own, and let the cells of a column be picked from them."""
    for place, (head, words) in enumerate(template.choices.items(), 1):
        for row, word in enumerate(words, 1):
            lists.cell(row, place, word)
        letters = letters_of(place)
        choice = DataValidation(
            type="list", formula1=f"'{lists.title}'!${letters}$1:${letters}${len(words)}", allow_blank=True
        )
        choice.showErrorMessage = False  # a cell may hold several words, and words that a coordinator has added
        column = letters_of(template.heads.index(head) + 1)
        choice.add(f"{column}2:{column}{MOST_ROWS}")
        page.add_data_validation(choice)
    lists.sheet_state = "hidden"


def _write_guide(guide: Worksheet, template: Template, language: str) -> None:
    """Write what each column is for."""
    guide.append([_in(template.title, language)])
    guide["A1"].font = _BOLD
    for words in _INTRODUCTION:
        guide.append([_in(words, language).format(sheet=template.name)])
    guide.append([])
    for head in template.heads:
        hint = template.hints.get(head, Words("", ""))
        guide.append([heading_of(head, language), _in(hint, language), _shown(template, head)])
    for letters, width in (("A", 30), ("B", 80), ("C", 60)):
        guide.column_dimensions[letters].width = width
        for row in guide[letters]:
            row.alignment = Alignment(wrap_text=letters != "A" or row.row > len(_INTRODUCTION), vertical="top")


def _shown(template: Template, head: str) -> str:
    """Return the choices of a column as text."""
    return ", ".join(template.choices.get(head, ()))


def _in(words: Words, language: str) -> str:
    return words.sv if language == "sv" else words.en
