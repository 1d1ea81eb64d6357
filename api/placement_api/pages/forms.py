"""Forms: what a browser sends from a page of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from placement.errors import InvalidError
from placement.printed.pages import Language, render
from placement.refusals import words_of
from placement.register.plausibility import CONFIRM
from placement_api.fields import fields_at
from placement_api.printing import page
from placement_solver.words import Words

NO_TRACE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Vary": "Accept-Language"}
ONLY_THE_SITE = "strict-origin"
"""The ``Referrer-Policy`` of a page with a secret in its address: its forms tell which site they are from, no more."""
_FORM = "application/x-www-form-urlencoded"
_WITH_FILES = "multipart/form-data"
_MOST_FIELDS = 5_000
"""A sheet of 60 units and 20 weeks has 1,200 fields, and a few more for each row."""


TICK = Words("kryssa i ”Det stämmer” om det är så", "tick “It is right” if it is so")
"""How what is unusual is confirmed on a page."""


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
    except (MultiPartException, HTTPException) as error:
        raise HTTPException(400) from error
    return fields, files


def words_in(error: ValidationError | InvalidError, labels: Mapping[str, Words], model: type[BaseModel]) -> list[Words]:
    """Say what is wrong with a form's fields, each with the label that it has on the page."""
    if isinstance(error, InvalidError):
        faults = [(to_camel(each.pointer.strip("/")), each.words) for each in error.faults]
    else:
        wrong = error.errors(include_url=False)
        faults = [(str(each["loc"][0]), words_of(each, fields_at([model], each["loc"]))) for each in wrong]
    return [_labelled(labels.get(name), words) for name, words in faults]


def _labelled(label: Words | None, words: Words) -> Words:
    """Put a field's label before what is wrong; how a system confirms what is unusual is said as a page does."""
    sv, en = words.sv.replace(CONFIRM.sv, TICK.sv), words.en.replace(CONFIRM.en, TICK.en)
    return Words(sv, en) if label is None else Words(f"{label.sv}: {sv}", f"{label.en}: {en}")


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
        raise HTTPException(400) from error
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
