"""Forms: what a browser sends from a page of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar
from urllib.parse import parse_qsl

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from placement.errors import Fault, InvalidError, PlacementError
from placement.printed.pages import Language, render
from placement_api.fields import fields_at
from placement_api.pages.fault_words import on_a_page, told_of
from placement_api.printing import page
from placement_solver.words import Words

NO_TRACE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Vary": "Accept-Language"}
ONLY_THE_SITE = "strict-origin"
"""The ``Referrer-Policy`` of a page with a secret in its address: its forms tell which site they are from, no more."""
KEPT = "kept"
"""The field in which a page keeps a file's bytes (``uploads``)."""
_FORM = "application/x-www-form-urlencoded"
_WITH_FILES = "multipart/form-data"
_MOST_FIELDS = 5_000
"""A sheet of 60 units and 20 weeks has 1,200 fields, and a few more for each row."""


_TORN = Words(
    "Formuläret kom inte fram helt och kunde inte läsas. Inget är sparat. Gå tillbaka till sidan och skicka det igen; "
    "en fil måste väljas på nytt.",
    "The form did not arrive whole and could not be read. Nothing has been saved. Go back to the page and send it "
    "again; a file has to be chosen anew.",
)
_MANY_FIELDS = Words(
    "Formuläret har fler fält än en sida tar emot på en gång. Inget är sparat. Dela upp det i flera omgångar.",
    "The form has more fields than a page takes at once. Nothing has been saved. Send it in several parts.",
)
_TOO_MUCH: Mapping[str, Words] = {
    "Too many files": Words(
        "Formuläret har fler än en fil. Inget är inläst. Gå tillbaka till sidan och välj en fil i taget.",
        "The form has more than one file. Nothing has been read in. Go back to the page and choose one file at a time.",
    ),
    "Too many fields": _MANY_FIELDS,
    "Max number of fields": _MANY_FIELDS,
    "exceeded maximum size": Words(
        "Ett fält i formuläret har mer text än en sida tar emot. Inget är sparat. Gå tillbaka och korta den.",
        "A field of the form has more text than a page takes. Nothing has been saved. Go back to the page and shorten "
        "it.",
    ),
}
"""What is said of a form that has too much of something, by what its reader tells of it."""
_NO_SUCH_ACTION = Words(
    "formuläret ber om något som sidan inte gör. Inget är gjort: öppna sidan på nytt och använd dess knappar",
    "the form asks for something that the page does not do. Nothing has been done: open the page anew and use its "
    "buttons",
)


@dataclass(frozen=True, slots=True)
class File:
    """A file as a browser sends it: what it is called, what it says to be, and what is in it."""

    name: str
    form: str
    content: bytes


def is_form(request: Request) -> bool:
    """Tell whether a request has a form, as a browser sends one without files."""
    return _kind_of(request) == _FORM


def is_form_with_files(request: Request) -> bool:
    """Tell whether a request has a form that a browser sends with files."""
    return _kind_of(request) == _WITH_FILES


class UnreadableFormError(PlacementError):
    """A form that did not arrive as a page of ours sends it."""

    code: ClassVar[str] = "malformed"

    def __init__(self, why: Words) -> None:
        super().__init__(sv=why.sv, en=why.en)


def _why(told: str) -> Words:
    """Say why a form cannot be read, by what its reader told of it."""
    return next((words for sign, words in _TOO_MUCH.items() if sign in told), _TORN)


async def read_form_with_files(request: Request) -> tuple[Mapping[str, str], Mapping[str, File]]:
    """Read a form with its files, each by the field that it is sent in; a field without a chosen file has none."""
    try:
        async with request.form(max_files=1, max_fields=_MOST_FIELDS) as sent:
            fields = {name: value for name, value in sent.items() if isinstance(value, str)}
            files = {
                name: File(value.filename, (value.content_type or "").split(";")[0].lower(), await value.read())
                for name, value in sent.items()
                if isinstance(value, UploadFile) and value.filename
            }
    except HTTPException as error:
        raise UnreadableFormError(_why(str(error.detail))) from error
    return fields, files


def words_in(error: ValidationError | InvalidError, labels: Mapping[str, Words], model: type[BaseModel]) -> list[Words]:
    """Say what is wrong with a form's fields, each with the label that it has on the page."""
    if isinstance(error, InvalidError):
        faults = [(to_camel(each.pointer.strip("/")), on_a_page(each.words)) for each in error.faults]
    else:
        wrong = error.errors(include_url=False)
        faults = [(str(each["loc"][0]), told_of(each, fields_at([model], each["loc"]))) for each in wrong]
    return [_labelled(labels.get(name), words) for name, words in faults]


def _labelled(label: Words | None, words: Words) -> Words:
    """Put a field's label before what is wrong."""
    return words if label is None else Words(f"{label.sv}: {words.sv}", f"{label.en}: {words.en}")


def action_in(fields: Mapping[str, str], *known: str) -> str:
    """Return which of a page's actions a form asks for in its field ``do``; the first where it has no such field.

    Raises:
        InvalidError: the page has no such action.

    """
    asked = fields.get("do", known[0])
    if asked not in known:
        raise InvalidError(Fault("/do", _NO_SUCH_ACTION.en, _NO_SUCH_ACTION.sv))
    return asked


def number_in(text: str) -> float | int | str:
    """Return a number as it is typed, with a decimal comma or point; what is none stays as it is, and is refused."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _kind_of(request: Request) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def read_form(request: Request) -> Mapping[str, str]:
    """Read a form as a browser sends it."""
    if not is_form(request):
        raise HTTPException(415, headers={"Accept": _FORM})
    try:
        body = (await request.body()).decode("ascii")
        sent = parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise UnreadableFormError(_why(str(error))) from error
    return dict(sent)


Sent = Annotated[Mapping[str, str], Depends(read_form)]
Spoken = Annotated[Language | None, Query()]


def message(spoken: Language, title: Words, text: Words, status: int) -> Response:
    """Answer with a short message."""
    return untraced(render("message.html", spoken, title=title, text=text), spoken, status)


def untraced(html: str, spoken: Language, status: int = 200) -> Response:
    """Answer with a page that leaves no trace in caches."""
    answer = page(html, spoken, status)
    answer.headers.update(NO_TRACE)
    return answer
