"""Uploads: a form's file is brought in as by the API, and kept in the page so that it is chosen only once."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from fastapi import Request, Response
from sqlmodel import Session

from placement.callers import Caller
from placement.sheets.marking import MarkedError
from placement_api.importing import Body, bring_in
from placement_api.lists import BY_PATH
from placement_api.media_types import FILES, XLSX
from placement_api.pages.forms import File
from placement_api.pages.frame import spoken_by
from placement_api.schemas.sheets import ImportAsked, ImportShown

MOST_KEPT = 500_000
"""Bytes of a file that a page keeps in itself."""


def bring_in_file(
    request: Request, store: Session, by: Caller, what: str, file: File, asked: ImportAsked
) -> ImportShown:
    """Bring a file's rows into a list, named as in its address; what the file is is found by what is in it."""
    form = file.form if file.form in FILES else XLSX
    return bring_in(store, by, BY_PATH[what], Body(form, file.content), asked, spoken_by(request))


def marked(error: MarkedError, what: str, status: int = 200) -> Response:
    """Answer with the file itself, its faulty cells marked."""
    headers = {"Content-Disposition": f'attachment; filename="{what}-faults.xlsx"'}
    return Response(error.marked, status, headers, XLSX)


def keep(file: File | None) -> str | None:
    """Return a file as a page keeps it in a field of its form; None if it is too large for that."""
    if file is None or len(file.content) > MOST_KEPT:
        return None
    return base64.b64encode(file.content).decode()


def kept_in(fields: Mapping[str, str]) -> File | None:
    """Return the file that a page has kept in its form."""
    try:
        content = base64.b64decode(fields.get("kept", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    return File(fields.get("name", ""), fields.get("form", ""), content) if content else None
